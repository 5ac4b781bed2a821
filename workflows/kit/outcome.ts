import { failures, isFailureType } from '../../contracts/failures.ts';
import type { ProcessResult, Reason } from './contract.ts';

/** `refused` for what belongs to the business, `failed` for what needs a person to fix it. */
export function outcomeOf(reason: Reason): Exclude<ProcessResult['outcome'], 'completed'> {
  if (reason.type === 'CancelledByCustomer') return 'cancelled';
  const expected = isFailureType(reason.type) && failures[reason.type].kind === 'expected';
  return expected || reason.type === 'InvalidRequest' ? 'refused' : 'failed';
}
