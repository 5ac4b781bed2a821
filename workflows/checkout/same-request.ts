import type { RecalledOrder } from '../../services/orders/contract.ts';

/**
 * Whether what the orders know under an id came of this request. A plain rule.
 *
 * @param requestHash of the request that is asked about
 */
export function isSameRequest(
  { requestHash: known, order }: Pick<RecalledOrder, 'requestHash' | 'order'>,
  requestHash: string,
  customerId: string,
): boolean {
  // An order of a release that kept no hashes has a customer to compare.
  return known ? known === requestHash : !order || order.customerId === customerId;
}
