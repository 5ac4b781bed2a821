import { CancellationScope, setHandler } from '@temporalio/workflow';
import { formatMoney } from '../../contracts/currency.ts';
import type { OrderId } from '../../contracts/identifiers.ts';
import type { Dispute } from '../../services/payments/contract.ts';
import { failure } from '../kit/failure.ts';
import { firstLook } from '../kit/first-look.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { endProcess } from '../kit/run-process.ts';
import { calls } from './activities.ts';
import type { DisputeFacts, DisputeRequest, DisputeResult, DisputeState } from './contract.ts';
import { disputeChangedSignal, disputeStatusQuery, disputeWorkflowId } from './messages.ts';

/**
 * A customer disputes a payment at the bank (a chargeback). The books are told of what the provider withdraws and of how
 * the bank decides; until then an operator sees it, since only a person can answer it at the provider.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when the provider has no such dispute, or it is of no payment that is known here
 */
export function dispute(request: DisputeRequest): Promise<DisputeResult> {
  // What has happened cannot be cancelled.
  return underItsOwnId(disputeWorkflowId, 'disputeId', request, (own) =>
    CancellationScope.nonCancellable(() => takeUp(openDispute(Object(own) as DisputeRequest))),
  );
}

async function takeUp(open: OpenDispute): Promise<DisputeResult> {
  const { progress, request } = open;
  const first = await firstLook(open, 'read the dispute at the provider', () => calls.findDispute(request));
  const { checkoutId } = first;
  const orderId = checkoutId as string as OrderId;
  progress.facts.orderId = orderId;
  const milestones = new Milestones(checkoutId, open.operator);
  const current = await untilDecided(open, first, milestones);
  const decision = current.state === 'won' ? 'won' : 'lost';
  progress.facts.decision = decision;
  if (!current.isRecorded) await recordDecision(open, current, milestones);
  const ids = { disputeId: request.disputeId, orderId, decision } as const;
  return endProcess<DisputeResult>({ ids, progress }, 'completed');
}

type OpenDispute = ReturnType<typeof openDispute>;

function openDispute(request: DisputeRequest) {
  const { disputeId } = request;
  const progress = new Progress<DisputeState, DisputeFacts>({ state: 'running' });
  const news = { hasCome: false };
  setHandler(disputeStatusQuery, () => ({ disputeId, ...progress.status() }), {
    description: 'Where the dispute stands',
  });
  setHandler(
    disputeChangedSignal,
    () => {
      news.hasCome = true;
    },
    { description: 'The provider says that the dispute has changed' },
  );
  return { request, progress, operator: new Operator(progress), news, recorded: { opening: false } };
}

/** Reads the dispute until the bank has decided; an operator sees it for as long. */
async function untilDecided(open: OpenDispute, first: Dispute, milestones: Milestones): Promise<Dispute> {
  const { request, progress, operator, news } = open;
  if (first.isRecorded) return first;
  await recordOpening(open, first, milestones);
  if (first.state !== 'open') return first;
  progress.enter('open');
  return progress.step('wait for the decision of the bank', () =>
    operator.untilDone(
      'answer the dispute',
      async () => {
        news.hasCome = false;
        const current = await calls.findDispute(request);
        await recordOpening(open, current, milestones);
        if (current.state === 'open') throw stillOpen(current);
        return current;
      },
      { failed: stillOpen(first), wake: () => news.hasCome },
    ),
  );
}

function stillOpen({ disputeId, paymentId, amount, reason, respondBy }: Dispute) {
  const money = formatMoney(amount.amount, amount.currency);
  const until = respondBy ? ` until ${respondBy}` : '';
  return failure(
    'InProgress',
    `${money} of the payment ${paymentId} are disputed (${disputeId}, ${reason}); answer it at the provider${until}`,
  );
}

/** A mere inquiry has taken nothing: there is nothing to book. */
async function recordOpening(
  { recorded }: OpenDispute,
  { disputeId, paymentId, checkoutId, customerId, amount, withdrawn, fee, reason, respondBy }: Dispute,
  milestones: Milestones,
): Promise<void> {
  if (recorded.opening || withdrawn === 0) return;
  recorded.opening = true;
  milestones.record('DisputeOpened', {
    ...{ checkoutId, orderId: checkoutId as string as OrderId, customerId, paymentId, disputeId },
    ...{ currency: amount.currency, amount: withdrawn, fee, reason, ...(respondBy && { respondBy }) },
  });
  await milestones.publish();
}

async function recordDecision({ progress, operator, recorded }: OpenDispute, current: Dispute, milestones: Milestones) {
  const { disputeId, paymentId, checkoutId, customerId, amount, withdrawn, feeReturned, state } = current;
  await progress.step('tell the books how it ended', async () => {
    if (recorded.opening) {
      milestones.record('DisputeClosed', {
        ...{ checkoutId, orderId: checkoutId as string as OrderId, customerId, paymentId, disputeId },
        ...{ currency: amount.currency, amount: withdrawn, outcome: state === 'won' ? 'won' : 'lost', feeReturned },
      });
      await milestones.publish();
    }
    await operator.untilDone('keep that the dispute is recorded', () => calls.rememberFact(disputeId));
  });
}
