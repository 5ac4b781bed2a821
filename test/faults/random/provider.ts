import { createHash } from 'node:crypto';
import { checkoutWorkflowId } from '../../../workflows/checkout/messages.ts';
import { disputeChangedSignal, disputeWorkflow, disputeWorkflowId } from '../../../workflows/dispute/messages.ts';
import { paymentChangedSignal } from '../../../workflows/kit/card-payment/messages.ts';
import { providerRefundWorkflow, providerRefundWorkflowId } from '../../../workflows/provider-refund/messages.ts';
import type { CheckoutEnvironment } from '../../workflows/environment.ts';
import type { Call, FakeServices, Interference } from '../../workflows/fake-services.ts';
import { ignoreRefusal } from '../refusals.ts';
import type { IdentitySequence, ProviderAction } from './sequence.ts';

/** What is done at the provider to the payments of one checkout, and how the shop hears of it. */
export class AtTheProvider {
  readonly #environment: CheckoutEnvironment;
  readonly #services: FakeServices;
  readonly #checkoutId: string;
  #count = 0;

  constructor(environment: CheckoutEnvironment, services: FakeServices, checkoutId: string) {
    this.#environment = environment;
    this.#services = services;
    this.#checkoutId = checkoutId;
  }

  /** Does it, where the payment is so that it can be done: that of the checkout, unless another one is named. */
  do(providerAction: ProviderAction, paymentId = this.#services.payments.newest('checkouts')): void {
    const { payments } = this.#services;
    if (!paymentId) return;
    const left = payments.isDisputed(paymentId) ? 0 : payments.leftOf(paymentId);
    const open = payments.disputes.find(({ state }) => state === 'open')?.disputeId ?? '';
    // A payment is disputed once.
    const canBeDisputed = this.#services.order === 'completed' && payments.disputes.length === 0;
    const acts: Readonly<Record<ProviderAction, () => void>> = {
      captures: () => payments.captureAtProvider(paymentId),
      cancels: () => payments.cancelAtProvider(paymentId),
      expires: () => payments.expireAuthorization(paymentId),
      'refunds a part': () =>
        left > 1 && payments.refundAtProvider(this.#id('re'), Math.floor(left / 3) + 1, paymentId),
      'refunds all that is left': () => left > 0 && payments.refundAtProvider(this.#id('re'), left, paymentId),
      disputes: () => left > 0 && canBeDisputed && payments.openDispute(this.#id('dp'), paymentId),
      'wins the dispute': () => payments.decideDispute(open, 'won'),
      'loses the dispute': () => payments.decideDispute(open, 'lost'),
    };
    acts[providerAction]();
  }

  /** A running process hears that its payment has changed. */
  async hear(workflowId = checkoutWorkflowId(this.#checkoutId)): Promise<void> {
    const handle = this.#environment.client.workflow.getHandle(workflowId);
    const paymentId = this.#services.payments.newest();
    await handle.signal(paymentChangedSignal, { paymentId }).catch(ignoreRefusal);
  }

  /** Answers what the bank or a review asks of a payment, as soon as it is asked. */
  async answer(whenAsked: IdentitySequence['whenAsked'], workflowId: string, paymentId: string): Promise<void> {
    const { payments } = this.#services;
    const newest = payments.list().find((payment) => payment.paymentId === paymentId);
    if (newest?.state === 'requires_action') {
      if (whenAsked === 'yes') payments.completeChallenge('complete', paymentId);
      else if (whenAsked === 'no') payments.completeChallenge('fail', paymentId);
      else payments.cancelAtProvider(paymentId);
    } else if (newest?.state === 'in_review') {
      if (whenAsked === 'yes') payments.approveReview(newest);
      else this.do(whenAsked === 'no' ? 'cancels' : whenAsked, paymentId);
    } else return;
    await this.hear(workflowId);
  }

  /**
   * Tells of everything as webhooks do, once more where it was told before. A refund waits for the end of what would have it
   * wait; a dispute that is open is decided while it is looked at.
   *
   * @returns what was not taken up
   */
  async tell(): Promise<string[]> {
    const { payments, orders } = this.#services;
    const isUnderWay = [...orders.orders.values()].some(({ state }) => state === 'pending');
    const isClaimed = [...orders.refunds.rows.values()].some(({ state }) => state === 'requested');
    const refunds = isUnderWay || isClaimed ? [] : payments.providerRefunds;
    const problems: string[] = [];
    for (const { refundId } of refunds)
      problems.push(...(await this.#takeUp(providerRefundWorkflow, providerRefundWorkflowId(refundId), { refundId })));
    for (const { disputeId } of payments.disputes)
      problems.push(...(await this.#takeUp(disputeWorkflow, disputeWorkflowId(disputeId), { disputeId })));
    return problems;
  }

  /** The bank decides about a dispute as soon as somebody has looked at it. */
  decideWhatIsLookedAt({ operation }: Call): Interference | undefined {
    if (operation !== 'findDispute') return undefined;
    return {
      after: async () => {
        const open = this.#services.payments.disputes.find(({ state }) => state === 'open');
        if (!open) return;
        this.do('loses the dispute');
        const handle = this.#environment.client.workflow.getHandle(disputeWorkflowId(open.disputeId));
        await handle.signal(disputeChangedSignal);
      },
    };
  }

  #id(kind: 're' | 'dp'): string {
    this.#count += 1;
    const name = createHash('sha256').update(`${this.#checkoutId}/${this.#count}`).digest('hex');
    return `${kind}_${name.slice(0, 24)}`;
  }

  async #takeUp(workflowType: string, workflowId: string, request: object): Promise<string[]> {
    const handle = await this.#environment.startProviderProcess(this.#services, workflowType, workflowId, request);
    try {
      await handle.result();
      return [];
    } catch (error) {
      return [`${workflowId}: ${error}`];
    }
  }
}
