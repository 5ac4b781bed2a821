import type { IntegrationEvent } from '../../events/envelope/integration-event.ts';
import {
  type JournalDraft,
  postDisputeClosed,
  postDisputeOpened,
  postPayment,
  postRefund,
} from '../../services/ledger/postings.ts';
import type { FakeServices } from '../workflows/fake-services.ts';
import type { Rule } from './rules.ts';
import type { Movement } from './services/provider.ts';

/** What must hold of what was done at the provider: the order and the books have each fact, and have it once. */
export function providerRules({ payments, orders, broker }: FakeServices): Rule[] {
  const recorded = orders.refunds.completed().filter(({ kind }) => kind === 'provider');
  const isSold = [...orders.orders.values()].some(({ state }) => state === 'completed');
  const made = isSold ? payments.providerRefunds : [];
  const told = (name: string, id: string) =>
    broker.events.filter(({ name: known, data }) => known === name && Object.values(data).includes(id)).length;
  const sum = (kinds: readonly Movement['kind'][]) =>
    payments.movements.filter(({ kind }) => kinds.includes(kind)).reduce((all, { amount }) => all + amount, 0);
  const [captured, refunded] = [sum(['captured']), sum(['refunded'])];
  return [
    [refunded <= captured, `${refunded} refunded of ${captured}`],
    [recorded.length === made.length, `${made.length} refunds made at the provider, the order has ${recorded.length}`],
    ...made.flatMap(({ refundId, amount }): Rule[] => {
      const known = recorded.find((refund) => (refund.refundId as string) === refundId)?.amounts.total;
      return [
        [known === amount, `${refundId} gave ${amount} back at the provider, by the order ${known}`],
        [told('ProviderRefunded', refundId) === 1, `${refundId} was told ${told('ProviderRefunded', refundId)} times`],
        [payments.recorded.has(refundId), `${refundId} is not kept as recorded`],
      ];
    }),
    ...payments.disputes.flatMap(({ disputeId, state }): Rule[] => [
      [state !== 'open', `${disputeId} is open at the end`],
      [told('DisputeOpened', disputeId) === 1, `DisputeOpened ${told('DisputeOpened', disputeId)} times`],
      [told('DisputeClosed', disputeId) === 1, `DisputeClosed ${told('DisputeClosed', disputeId)} times`],
      [payments.recorded.has(disputeId), `${disputeId} is not kept as recorded`],
    ]),
  ];
}

/** What an event posts, by the ledger's own rules. */
export function journalsOf(event: IntegrationEvent): JournalDraft['lines'] {
  switch (event.name) {
    case 'PaymentProcessed':
      return postPayment(event as IntegrationEvent<'PaymentProcessed'>).lines;
    case 'OrderRefunded':
    case 'ProviderRefunded':
      return postRefund(event as IntegrationEvent<'OrderRefunded' | 'ProviderRefunded'>).lines;
    case 'DisputeOpened':
      return postDisputeOpened(event as IntegrationEvent<'DisputeOpened'>).lines;
    case 'DisputeClosed':
      return postDisputeClosed(event as IntegrationEvent<'DisputeClosed'>).lines;
    default:
      return [];
  }
}

/** Minor units that the provider has taken and kept. */
export function movedMoney(movements: readonly Movement[]): number {
  const signs = {
    ...{ authorized: 0, voided: 0, captured: 1, refunded: -1 },
    ...{ disputed: -1, dispute_fee: -1, reinstated: 1 },
  } satisfies Record<Movement['kind'], number>;
  return movements.reduce((sum, { kind, amount }) => sum + signs[kind] * amount, 0);
}
