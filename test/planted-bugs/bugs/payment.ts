import type { PlantedBug } from '../bug.ts';

const unknown = { project: 'workflows', file: 'checkout-unknown-payment' } as const;
const waits = { project: 'workflows', file: 'checkout-waits' } as const;
const endings = { project: 'workflows', file: 'checkout-endings' } as const;

/** What goes wrong with the money, and with what is told about it, while a checkout runs. */
export const payment: readonly PlantedBug[] = [
  {
    name: 'new-payment-after-an-unknown-outcome',
    consequence: 'A customer whose payment got no answer is charged a second time.',
    file: 'workflows/kit/card-payment/authorize.ts',
    before: '    return host.calls.getPayment(card);',
    after: "    return host.calls.getPayment({ ...card, paymentId: (card.paymentId + '-again') as PaymentId });",
    tests: { ...unknown, named: 'an authorization whose answer never comes is found by reading' },
  },
  {
    name: 'unknown-authorization-taken-for-a-failure',
    consequence: 'A paying customer is turned away because an answer got lost.',
    file: 'workflows/kit/card-payment/authorize.ts',
    before: '    if (!isOutcomeUnknown(error)) throw error;\n    const state',
    after: '    if (!isOutcomeUnknown(error) || true) throw error;\n    const state',
    tests: { ...unknown, named: 'an authorization whose answer never comes is found by reading' },
  },
  {
    name: 'captured-payment-taken-for-expired',
    consequence: 'An order that was paid for is refused because the answer of the capture got lost.',
    file: 'workflows/kit/card-payment/capture.ts',
    before: "    if (state === 'captured') return undefined;\n",
    after: '',
    tests: { ...unknown, named: 'a capture whose answer never comes is found by reading' },
  },
  {
    name: 'reservation-not-renewed',
    consequence: 'A checkout whose payment is unknown for days sells stock that it has lost meanwhile.',
    file: 'workflows/kit/card-payment/unknown-outcome.ts',
    before: '        await host.whileWaiting?.();\n',
    after: '',
    tests: { ...unknown, named: 'keeps its stock' },
  },
  {
    name: 'webhook-believed',
    consequence: 'The sender of a webhook decides that a payment is confirmed.',
    file: 'workflows/kit/card-payment/payment-news.ts',
    before: '    if (payment && payment.state !== state) return payment;',
    after:
      "    if (payment && Date.now() < Math.min(nextLook, until)) return { ...payment, state: 'authorized' };\n    if (payment && payment.state !== state) return payment;",
    tests: { ...waits, named: 'is not believed to be confirmed' },
  },
  {
    name: 'first-card-not-voided',
    consequence: 'A customer who paid with another card confirms the first one late, and has it held as well.',
    file: 'workflows/checkout/steps/authorize-payment.ts',
    before: '          await saga.undo(undo);\n',
    after: '',
    tests: { ...waits, named: 'may be made with another card when it was not confirmed' },
  },
  {
    name: 'accepted-total-not-compared',
    consequence: 'A customer pays a price that they have not seen.',
    file: 'workflows/checkout/refusal.ts',
    before: 'request.acceptedTotal !== undefined && request.acceptedTotal !== total',
    after: 'request.acceptedTotal !== undefined && request.acceptedTotal < 0',
    tests: { ...endings, named: 'a total that is not the accepted one' },
  },
  {
    name: 'decline-tried-again',
    consequence: 'A declined card is charged again and again for five minutes, until the bank blocks it.',
    file: 'activities/service-call.ts',
    before: 'nonRetryable: !retryable,',
    after: 'nonRetryable: false,',
    tests: { ...endings, named: 'CardDeclined by authorize' },
  },
  {
    name: 'milestone-before-its-step',
    consequence: 'The ledger books a payment that was never taken.',
    file: 'workflows/checkout/steps/capture-payment.ts',
    before: "  await progress.step('capture the payment', async () => {\n",
    after:
      "  await progress.step('capture the payment', async () => {\n    milestones.record('PaymentProcessed', { ...eventIds(checkout), paymentId, amounts: quote.amounts });\n",
    tests: { ...endings, named: 'AuthorizationExpired by capture' },
  },
  {
    name: 'milestones-out-of-order',
    consequence: 'The customer reads that the order is complete before it was placed.',
    file: 'bridge/workflow.ts',
    before: '      await before;\n',
    after: '',
    tests: { project: 'workflows', file: 'milestones-order', named: 'leave in the order' },
  },
];
