import { decideReviewUpdate, paymentChangedSignal } from '../../../workflows/kit/card-payment/messages.ts';
import { type FakeServices, type Operation, refuse } from '../../workflows/fake-services.ts';
import type { Person } from '../scenario.ts';

export const minute = 60_000;

/** The customer passes the bank's challenge, and a webhook tells of it. */
export const passesTheChallenge: Person = async ({ waitingFor }, handle, services) => {
  if (waitingFor?.who !== 'customer' || !waitingFor.url) return;
  services.completeChallenge();
  await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
};

/** A reviewer decides about a payment that is held. */
export const decidesTheReview =
  (decision: 'approve' | 'refuse'): Person =>
  async ({ state, decisions }, handle) => {
    if (state !== 'in-review' || decisions.some(({ what }) => what === 'review the payment')) return;
    await handle.executeUpdate(decideReviewUpdate, { args: [{ decision, by: 'Grace', note: 'looked at it' }] });
  };

/** The operation happens, and its answer is lost for long enough that only a look at the payment tells. */
export const losesAnswers = (operation: Operation, milliseconds: number) => (services: FakeServices) => {
  let first: number | undefined;
  services.interfere(operation, {
    after: (_, call) => {
      first ??= call.now;
      if (call.now < first + milliseconds) refuse('DeadlineExceeded')();
    },
  });
};
