import { sleep } from '@temporalio/workflow';
import { checkout as original } from '../../../workflows/checkout/checkout.ts';
import type { CheckoutRequest, CheckoutResult } from '../../../workflows/checkout/contract.ts';

/** The checkout of the next version: it begins with a timer, which a checkout that was begun before never set. */
export async function checkout(request: CheckoutRequest): Promise<CheckoutResult> {
  const [, result] = await Promise.all([sleep('10 milliseconds'), original(request)]);
  return result;
}
