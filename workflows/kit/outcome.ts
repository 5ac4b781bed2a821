import { failureNamed } from '../../contracts/catalogue.ts';
import type { ProcessResult, Reason } from './contract.ts';

/**
 * `refused` for what belongs to the business, `failed` for what needs a person to fix it.
 *
 * @param cancelledAs what the process calls its cancellation
 */
export function outcomeOf(
  { type }: Reason,
  cancelledAs: Pick<Reason, 'type'>,
): Exclude<ProcessResult['outcome'], 'completed'> {
  if (type === cancelledAs.type) return 'cancelled';
  return failureNamed(type)?.kind === 'expected' || type === 'InvalidRequest' ? 'refused' : 'failed';
}
