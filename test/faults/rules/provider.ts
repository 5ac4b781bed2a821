import type { IntegrationEvent } from '../../../events/integration-event.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import type { Movement } from '../services/provider.ts';
import type { Judged, Rule, SubjectRules } from './rule.ts';

/** What must hold of what was done at the provider: the order and the books have each fact, and have it once. */
export const providerRules: SubjectRules = {
  rules: (judged) => rulesOf(judged.services, isLeft(judged)),
  facts: ['ProviderRefunded', 'DisputeOpened', 'DisputeClosed'],
};

/** Whether what was done at the provider is left to people: the process that follows it has given up, and nothing of it is told. */
export const isLeft = ({ outcome, scenario: { process } }: Judged): boolean =>
  process.followsProvider === true && outcome !== 'completed';

function rulesOf({ payments, orders, broker }: FakeServices, isLeft: boolean): Rule[] {
  const recorded = orders.refunds.completed().filter(({ kind }) => kind === 'provider');
  const isSold = [...orders.orders.values()].some(({ state }) => state === 'completed');
  const isOfOrder = ({ paymentId }: { readonly paymentId: string }) => payments.isOfCheckout(paymentId);
  const made = isSold ? payments.providerRefunds.filter(isOfOrder) : [];
  const once = Number(!isLeft);
  const about = (name: string, id: string) =>
    broker.events.filter(({ name: known, data }) => known === name && Object.values(data).includes(id));
  const told = (name: string, id: string) => about(name, id).length;
  const isKept = (id: string): Rule => [payments.recorded.has(id) !== isLeft, `${id} is kept as recorded, or is not`];
  const [captured, refunded] = [sumOf(payments, ['captured']), sumOf(payments, ['refunded'])];
  return [
    [refunded <= captured, `${refunded} refunded of ${captured}`],
    [
      recorded.length === made.length * once,
      `${made.length} refunds made at the provider, the order has ${recorded.length}`,
    ],
    ...made.flatMap(({ refundId, amount }): Rule[] => {
      const known = recorded.find((refund) => (refund.refundId as string) === refundId)?.amounts.total;
      return [
        [known === (isLeft ? undefined : amount), `${refundId} gave ${amount} back there, by the order ${known}`],
        [told('ProviderRefunded', refundId) === once, `${refundId}: told ${told('ProviderRefunded', refundId)} times`],
        isKept(refundId),
      ];
    }),
    ...payments.disputes.filter(isOfOrder).flatMap(({ disputeId, state }): Rule[] => [
      [isLeft || state !== 'open', `${disputeId} is open at the end`],
      [told('DisputeOpened', disputeId) === once, `DisputeOpened ${told('DisputeOpened', disputeId)} times`],
      [
        about('DisputeClosed', disputeId)
          .map(({ data }) => (data as IntegrationEvent<'DisputeClosed'>['data']).outcome)
          .join() === (isLeft ? '' : state),
        `DisputeClosed ${told('DisputeClosed', disputeId)} times, and the bank says ${state}`,
      ],
      isKept(disputeId),
    ]),
  ];
}

/** Minor units that have moved at the provider for what is left to people. */
export function leftToPeople(
  { payments }: FakeServices,
  isLeft: boolean,
): { refunded: number; withdrawn: number; disputed: number } {
  if (!isLeft) return { refunded: 0, withdrawn: 0, disputed: 0 };
  const withdrawn = sumOf(payments, ['disputed']) - sumOf(payments, ['reinstated']);
  return {
    refunded: payments.providerRefunds.reduce((sum, { amount }) => sum + amount, 0),
    withdrawn,
    disputed: withdrawn + sumOf(payments, ['dispute_fee']),
  };
}

const sumOf = ({ movements }: FakeServices['payments'], kinds: readonly Movement['kind'][]): number =>
  movements.filter(({ kind }) => kinds.includes(kind)).reduce((all, { amount }) => all + amount, 0);

/** Minor units that the provider has taken and kept. */
export function movedMoney(movements: readonly Movement[]): number {
  const signs = {
    ...{ authorized: 0, voided: 0, captured: 1, refunded: -1 },
    ...{ disputed: -1, dispute_fee: -1, reinstated: 1 },
  } satisfies Record<Movement['kind'], number>;
  return movements.reduce((sum, { kind, amount }) => sum + signs[kind] * amount, 0);
}
