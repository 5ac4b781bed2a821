import type { CheckoutResult, CheckoutStatus } from '../../workflows/checkout/contract.ts';
import type { Matter, Waiting } from '../../workflows/kit/contract.ts';
import { type Complaint, complain } from './complaint.ts';
import { describeAmounts, describeCourse, describeReason, operatorCommand } from './describe-process.ts';
import { type DetailLine, details } from './details.ts';

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

/** Where a checkout stands, with its steps and what people have to decide or have decided. */
export function describeStatus(status: CheckoutStatus, webPage: string | undefined): string {
  const facts = details([
    ['State', status.state],
    ['Checkout', status.checkoutId],
    ['Order', status.orderId],
    ['Total', describeAmounts(status.amounts)],
    ['Reason', describeReason(status.reason)],
    ...waitingDetails(status),
    ['Web UI', webPage],
  ]);
  return [facts, describeCourse(status)].filter(Boolean).join('\n\n');
}

/** Whom a checkout waits for, and what they can do. */
export function waitingDetails(checkout: {
  readonly checkoutId: string;
  readonly waitingFor?: Waiting | undefined;
  readonly needsOperator?: readonly Matter[];
}): DetailLine[] {
  const { waitingFor } = checkout;
  return [
    ['Waits for', waitingFor && `the ${waitingFor.who}: ${waitingFor.message}`],
    ['Until', waitingFor?.until],
    ['Page', waitingFor?.url],
    ['Next', nextCommand(checkout)],
  ];
}

/** The command by which somebody helps a checkout on; none where the customer has to go to the bank's page. */
function nextCommand({ checkoutId, waitingFor, needsOperator = [] }: Parameters<typeof waitingDetails>[0]) {
  const command = (text: string) => `npm run cli -- ${text}`;
  if (needsOperator.length > 0) return operatorCommand(checkoutId, needsOperator);
  if (waitingFor?.who === 'reviewer') return command(`review ${checkoutId} --approve --by NAME --note TEXT`);
  if (waitingFor?.who === 'customer' && !waitingFor.url) return command(`pay ${checkoutId} --payment-method ID`);
  return undefined;
}

const good: ReadonlySet<string> = new Set(['completed', 'accepted', 'needs-action', 'pending']);

/** What is said on standard error about a checkout that did not complete; to wait for somebody is no failure. */
export function incomplete(
  checkout: Pick<CheckoutResult, 'checkoutId' | 'reason'>,
  state: string,
): Complaint | undefined {
  if (good.has(state)) return undefined;
  const { checkoutId, reason } = checkout;
  return complain(reason ?? { type: 'InvalidState', message: `the checkout ${checkoutId} has ended as ${state}` });
}
