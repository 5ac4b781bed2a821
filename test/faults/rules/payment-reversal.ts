import type { EventName } from '../../../events/contracts/index.ts';
import { isLeft } from './provider.ts';
import type { Judged, Rule, SubjectRules } from './rule.ts';

/** What must hold of payments of invoices that the provider has given back: billing has each, and the books are told once. */
export const paymentReversalRules: SubjectRules = {
  rules,
  mails: ({ services }) => [...services.billing.reversals.values()].map(() => 'payment-reversal'),
  facts: ['PaymentReversed', 'PaymentReinstated'],
};

function rules(judged: Judged): Rule[] {
  const { payments, billing, broker } = judged.services;
  const left = isLeft(judged);
  const ofInvoice = ({ paymentId }: { readonly paymentId: string }) => !payments.isOfCheckout(paymentId);
  const told = (name: EventName, id: string) =>
    broker.events.filter((event) => event.name === name && Object.values(event.data).includes(id)).length;
  const refunds = payments.providerRefunds.filter(ofInvoice).map(({ refundId }) => ({ id: refundId, isWon: false }));
  const disputes = payments.disputes
    .filter(ofInvoice)
    .map(({ disputeId: id, state }) => ({ id, isWon: state === 'won' }));
  return [...refunds, ...disputes].flatMap(({ id, isWon }): Rule[] => [
    [billing.reversals.has(id) !== left, `${id} is with billing, or is not`],
    [told('PaymentReversed', id) === Number(!left), `${id}: PaymentReversed ${told('PaymentReversed', id)} times`],
    [
      told('PaymentReinstated', id) === Number(isWon && !left),
      `${id}: PaymentReinstated ${told('PaymentReinstated', id)} times`,
    ],
    [payments.recorded.has(id) !== left, `${id} is kept as recorded, or is not`],
  ]);
}
