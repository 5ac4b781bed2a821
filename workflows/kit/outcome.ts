import { failureNamed } from '../../contracts/catalogue.ts';
import type { ProcessResult, Reason } from './contract.ts';

/**
 * `refused` for what belongs to the business, `failed` for what needs a person to fix it.
 *
 * @param cancelledAs what the process calls its cancellation
 */
export function outcomeOf(
  { type, message }: Reason,
  cancelledAs: Pick<Reason, 'type' | 'message'>,
): Exclude<ProcessResult['outcome'], 'completed'> {
  const isOfBusiness = failureNamed(type)?.kind === 'expected';
  // A type that any service answers with says nothing of a cancellation by itself.
  if (type === cancelledAs.type && (isOfBusiness || message === cancelledAs.message)) return 'cancelled';
  return isOfBusiness || type === 'InvalidRequest' ? 'refused' : 'failed';
}
