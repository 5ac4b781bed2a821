import type { EventName } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/envelope/integration-event.ts';
import type { FakeServices } from '../workflows/fake-services.ts';

/** What the rules of the provider's own doings look at. */
interface Told {
  readonly services: FakeServices;
  readonly outcome: string;
}

type Rule = readonly [holds: boolean, rule: string];

/**
 * Whatever was done at the provider is with the order, in the memory and in the books, each once, when its process has
 * completed. One that ended otherwise has told nothing and leaves it to people.
 */
export function providerRules({ services, outcome }: Told): Rule[] {
  const { refunds, disputes, recorded } = services.payments.provider;
  const times = Number(outcome === 'completed');
  const kept = services.orders.refunds.completed().filter(({ kind }) => kind === 'provider');
  return [
    ...[...refunds].flatMap(([id, { amount }]): Rule[] => {
      const events = eventsAbout(services, 'ProviderRefunded', id);
      const amounts = kept.filter(({ refundId }) => String(refundId) === id).map(({ amounts: { total } }) => total);
      return [
        [
          amounts.join() === (times ? String(amount) : ''),
          `${outcome}, the order has [${amounts}] of ${id}: ${amount}`,
        ],
        [events.length === times, `${outcome}, ProviderRefunded ${events.length} times`],
        [recorded.has(id) === Boolean(times), `${outcome}, ${id} is ${recorded.has(id) ? '' : 'not '}remembered`],
      ];
    }),
    [kept.length === refunds.size * times, `${kept.length} of ${refunds.size} refunds at the provider in the order`],
    ...[...disputes].flatMap(([id, { state }]): Rule[] => {
      const opened = eventsAbout(services, 'DisputeOpened', id).length;
      const closed = eventsAbout(services, 'DisputeClosed', id);
      const decisions = closed.map(({ data }) => (data as IntegrationEvent<'DisputeClosed'>['data']).outcome);
      return [
        [opened === times, `${outcome}, DisputeOpened ${opened} times`],
        [decisions.join() === (times ? state : ''), `${outcome}, closed as [${decisions}], and the bank says ${state}`],
        [recorded.has(id) === Boolean(times), `${outcome}, ${id} is ${recorded.has(id) ? '' : 'not '}remembered`],
      ];
    }),
  ];
}

/** Minor units that have moved at the provider for what is left to people. */
export function leftToPeople({ services, outcome }: Told): { readonly refunded: number; readonly disputed: number } {
  if (outcome === 'completed') return { refunded: 0, disputed: 0 };
  const { refunds, disputes } = services.payments.provider;
  return {
    refunded: sum([...refunds.values()].map(({ amount }) => amount)),
    disputed: sum([...disputes.values()].map(({ withdrawn, fee, state }) => fee + (state === 'won' ? 0 : withdrawn))),
  };
}

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);

function eventsAbout({ broker }: FakeServices, name: EventName, id: string): IntegrationEvent[] {
  return broker.events.filter((event) => {
    const { refundId, disputeId } = event.data as { refundId?: string; disputeId?: string };
    return event.name === name && (refundId ?? disputeId) === id;
  });
}
