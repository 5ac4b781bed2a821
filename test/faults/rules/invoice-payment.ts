import { invoicePaymentWorkflowId } from '../../../workflows/invoice-payment/messages.ts';
import type { PaymentOfInvoices } from '../services/credit.ts';
import { isLeft, leftToPeople } from './provider.ts';
import { type Judged, outcomeOf, type Rule, type SubjectRules } from './rule.ts';

/** What must hold of payments of invoices: what was taken is what is applied, once, and nothing stays set aside. */
export const invoicePaymentRules: SubjectRules = {
  rules: (judged) => [
    ...[...judged.services.billing.payments.values()].flatMap((payment) => paymentRules(judged, payment)),
    ...strayRules(judged),
    ...endRules(judged),
  ],
  mails: ({ services }) =>
    [...services.billing.payments.values()].flatMap(({ payment }) =>
      payment.state === 'applied' ? ['payment-receipt'] : [],
    ),
  facts: ['PaymentReceived'],
};

function paymentRules(judged: Judged, { payment }: PaymentOfInvoices): Rule[] {
  const { payments, broker } = judged.services;
  const { paymentId, method, state, amount = 0, allocations, credit } = payment;
  const isApplied = state === 'applied';
  const cards = payments.listOf(invoicePaymentWorkflowId(paymentId));
  const of = (kind: string) =>
    payments.movements.filter(
      (movement) => movement.kind === kind && cards.some((one) => one.paymentId === movement.paymentId),
    );
  const captures = of('captured');
  const [taken = 0, refunded = 0, disputed = 0, reinstated = 0] = [
    'captured',
    'refunded',
    'disputed',
    'reinstated',
  ].map((kind) => of(kind).reduce((all, movement) => all + movement.amount, 0));
  const left = leftToPeople(judged.services, isLeft(judged));
  const kept = taken - refunded - disputed + reinstated + left.refunded + left.withdrawn;
  const reversed = [...judged.services.billing.reversals.values()]
    .filter((one) => one.paymentId === paymentId && one.reinstatedAt === undefined)
    .reduce((all, one) => all + one.amount, 0);
  const parts = allocations.reduce((all, part) => all + part.amount, 0) + credit;
  const told = broker.events.filter(({ name, subject }) => name === 'PaymentReceived' && subject === paymentId);
  const unsettled = cards.filter((card) => card.state !== 'captured' && card.state !== 'voided');
  return [
    [state !== 'claimed', `${paymentId} is claimed at the end`],
    [cards.length <= 1, `${paymentId} has ${cards.length} payments at the provider`],
    [captures.length <= 1, `${paymentId} was captured ${captures.length} times`],
    [
      method !== 'card' || kept === (isApplied ? amount - reversed : 0),
      `${paymentId} is ${state}, ${kept} of ${amount} are kept, ${reversed} taken back`,
    ],
    [unsettled.length === 0, `${paymentId} is ${unsettled.map((card) => card.state)} at the provider in the end`],
    [!isApplied || parts === amount, `${paymentId} is of ${amount}, its parts are ${parts}`],
    [told.length === Number(isApplied), `${paymentId} is ${state}, PaymentReceived ${told.length} times`],
    [state !== 'failed' || payment.reason !== undefined, `${paymentId} has failed for no reason`],
  ];
}

/** No money was moved for a payment that billing knows nothing of. */
function strayRules({ services: { billing, payments } }: Judged): Rule[] {
  const known = [...billing.payments.keys()].flatMap((paymentId) =>
    payments.listOf(invoicePaymentWorkflowId(paymentId)).map((payment) => payment.paymentId),
  );
  return payments
    .list()
    .filter(({ paymentId }) => !payments.isOfCheckout(paymentId))
    .map(({ paymentId }) => [
      known.includes(paymentId),
      `${paymentId} was asked of the provider, and billing does not know it`,
    ]);
}

/** One that completes is applied, and no other is. */
function endRules(judged: Judged): Rule[] {
  if (judged.scenario.process.subject !== 'invoice payment') return [];
  const applied = [...judged.services.billing.payments.values()].filter(({ payment }) => payment.state === 'applied');
  return [
    [
      applied.length === Number(outcomeOf(judged) === 'completed'),
      `${judged.outcome}, ${applied.length} payments are applied`,
    ],
  ];
}
