import { CancellationScope, log, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { formatMoney } from '../../contracts/currency.ts';
import type { PaymentReversal } from '../../services/payments/contract.ts';
import { invoicePaymentOf } from '../invoice-payment/messages.ts';
import { failure } from '../kit/failure.ts';
import { firstLook } from '../kit/first-look.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { endProcess } from '../kit/run-process.ts';
import { searchAttributes } from '../search-attributes.ts';
import { calls } from './activities.ts';
import type {
  PaymentReversalFacts,
  PaymentReversalRequest,
  PaymentReversalResult,
  PaymentReversalState,
} from './contract.ts';
import { paymentReversalChangedSignal, paymentReversalStatusQuery, paymentReversalWorkflowId } from './messages.ts';

/**
 * Takes it for what it is that the provider has given the payment of an invoice back: by a refund that was made there, or for a
 * dispute. The invoice asks for it again; billing tells the books and the customer. A dispute is shown to an operator until the bank
 * has decided, since only a person can answer it at the provider; one that is won counts as paid again.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when the provider has no such thing, or it is of no payment of an invoice that is known here
 */
export function paymentReversal(request: PaymentReversalRequest): Promise<PaymentReversalResult> {
  // What has happened cannot be cancelled.
  return underItsOwnId(paymentReversalWorkflowId, 'reversalId', request, (own) =>
    CancellationScope.nonCancellable(() => takeUp(openReversal(Object(own) as PaymentReversalRequest))),
  );
}

async function takeUp(open: OpenReversal): Promise<PaymentReversalResult> {
  const { progress, request } = open;
  const first = await firstLook(open, 'read the reversal at the provider', () => find(request));
  const { paymentId, customerId, amount } = first;
  Object.assign(progress.facts, { paymentId, customerId, amount });
  upsertSearchAttributes([{ key: searchAttributes.customerId, value: customerId }]);
  if (first.madeBy === 'shop' || first.isRecorded) return conclude(open, first, 'completed');
  log.warn('the provider has given the payment of an invoice back', { reversalId: first.reversalId, paymentId });
  const current = await untilDecided(open, first);
  if (open.recorded.isLeft) return conclude(open, current, 'refused');
  await recordDecision(open, current);
  return conclude(open, current, 'completed');
}

function conclude(
  { progress }: OpenReversal,
  { reversalId, paymentId, customerId, amount, state }: PaymentReversal,
  outcome: 'completed' | 'refused',
): Promise<PaymentReversalResult> {
  const decision = state === 'reinstated' ? 'reinstated' : 'reversed';
  const ids = { reversalId, paymentId, customerId, amount, decision } as const;
  return endProcess<PaymentReversalResult>({ ids, progress }, outcome);
}

/** The provider and its payments know a payment of an invoice by another id than billing does. */
async function find(request: PaymentReversalRequest): Promise<PaymentReversal> {
  const found = await calls.findReversal(request);
  const paymentId = invoicePaymentOf(found.workflowId);
  if (paymentId) return { ...found, paymentId };
  throw failure('NotFound', `${found.reversalId} is of a payment of ${found.workflowId}, which is of no invoice`);
}

type OpenReversal = ReturnType<typeof openReversal>;

function openReversal(request: PaymentReversalRequest) {
  const { reversalId } = request;
  const progress = new Progress<PaymentReversalState, PaymentReversalFacts>({
    state: 'running',
    headline: ({ amount }) => amount && formatMoney(amount.amount, amount.currency),
  });
  const news = { hasCome: false };
  setHandler(paymentReversalStatusQuery, () => ({ reversalId, ...progress.status() }), {
    description: 'Where the payment that the provider has given back stands',
  });
  setHandler(
    paymentReversalChangedSignal,
    () => {
      news.hasCome = true;
    },
    { description: 'The provider says that the refund or the dispute has changed' },
  );
  return { request, progress, operator: new Operator(progress), news, recorded: { isReversed: false, isLeft: false } };
}

/** Reads it until it is decided whose the money is; an operator sees a dispute for as long. */
async function untilDecided(open: OpenReversal, first: PaymentReversal): Promise<PaymentReversal> {
  const { request, progress, operator, news, recorded } = open;
  await recordReversal(open, first);
  if (first.state !== 'open' || recorded.isLeft) return first;
  progress.enter('open');
  return progress.step('wait for the decision of the bank', () =>
    operator.untilDone(
      'answer the dispute',
      async () => {
        news.hasCome = false;
        const current = await find(request);
        await recordReversal(open, current);
        if (current.state === 'open' && !recorded.isLeft) throw stillOpen(current);
        return current;
      },
      { failed: stillOpen(first), wake: () => news.hasCome },
    ),
  );
}

function stillOpen({ reversalId, paymentId, amount, reason = 'unknown', respondBy }: PaymentReversal) {
  const money = formatMoney(amount.amount, amount.currency);
  const until = respondBy ? ` until ${respondBy}` : '';
  return failure(
    'InProgress',
    `${money} of the payment ${paymentId} are disputed (${reversalId}, ${reason}); answer it at the provider${until}`,
  );
}

/** A mere inquiry, or a refund that failed, has taken nothing: there is nothing to book. An operator may leave it to people. */
async function recordReversal(
  { progress, operator, recorded }: OpenReversal,
  { reversalId, paymentId, means, withdrawn, fee }: PaymentReversal,
): Promise<void> {
  if (recorded.isReversed || withdrawn === 0) return;
  await progress.step('take the payment back', async () => {
    const reversed = await operator.untilResolved('take the payment back', () =>
      calls.reversePayment({ reversalId, paymentId, means, amount: withdrawn, fee }),
    );
    recorded.isLeft = reversed === undefined;
    recorded.isReversed = !recorded.isLeft;
    if (reversed) progress.facts.invoiceId = reversed.invoiceId;
  });
}

async function recordDecision(
  { progress, operator, recorded }: OpenReversal,
  { reversalId, paymentId, means, state, feeReturned }: PaymentReversal,
): Promise<void> {
  await progress.step('keep how it ended', async () => {
    if (recorded.isReversed && means === 'dispute' && state === 'reinstated') {
      await operator.untilDone('count the payment again', () =>
        calls.reinstatePayment({ reversalId, paymentId, feeReturned }),
      );
    }
    await operator.untilDone('keep that the reversal is recorded', () => calls.rememberFact(reversalId));
  });
}
