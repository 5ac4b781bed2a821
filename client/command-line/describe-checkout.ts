import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { table } from '../../platform/table.ts';
import type { CheckoutReason, CheckoutResult, CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { stepMarks } from '../../workflows/checkout/step-marks.ts';
import { type Complaint, complain } from './complaint.ts';
import { details } from './details.ts';

/** `65.97 USD (goods 59.98, shipping 5.99)`, leaving out what is zero. */
export function describeAmounts(amounts: OrderAmounts | undefined): string | undefined {
  if (!amounts) return undefined;
  const { currency, total } = amounts;
  const parts = (['goods', 'discount', 'shipping', 'tax'] as const)
    .filter((part) => amounts[part] > 0)
    .map((part) => `${part} ${formatMoney(amounts[part], currency).replace(` ${currency}`, '')}`);
  return `${formatMoney(total, currency)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

export const describeReason = (reason: CheckoutReason | undefined): string | undefined =>
  reason && `${reason.type}: ${reason.message}`;

/** How a checkout ended. */
export function describeResult(result: CheckoutResult, webPage: string | undefined): string {
  return details([
    ['Outcome', result.outcome],
    ['Checkout', result.checkoutId],
    ['Order', result.orderId],
    ['Total', describeAmounts(result.amounts)],
    ['Reason', describeReason(result.reason)],
    ['Undone', result.undone.join(', ')],
    ['Web UI', webPage],
  ]);
}

/** Where a checkout stands, with its steps. */
export function describeStatus(status: CheckoutStatus, webPage: string | undefined): string {
  const facts = details([
    ['State', status.state],
    ['Checkout', status.checkoutId],
    ['Order', status.orderId],
    ['Total', describeAmounts(status.amounts)],
    ['Reason', describeReason(status.reason)],
    ['Waits for', status.waitingFor],
    ['Web UI', webPage],
  ]);
  const steps = table(
    ['', 'step', 'began (UTC)', 'ms'],
    status.steps.map(({ name, state, startedAt, endedAt }) => [
      stepMarks[state],
      name,
      startedAt.slice('2026-01-31T'.length),
      endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : '',
    ]),
  );
  return `${facts}\n\n${steps}`;
}

/** What is said on standard error about a checkout that did not complete. */
export function incomplete(
  checkout: Pick<CheckoutResult, 'checkoutId' | 'reason'>,
  state: string,
): Complaint | undefined {
  if (state === 'completed' || state === 'accepted') return undefined;
  const { checkoutId, reason } = checkout;
  return complain(reason ?? { type: 'InvalidState', message: `the checkout ${checkoutId} has ended as ${state}` });
}
