import { integrationEvents } from '../../events/contracts/index.ts';
import { consumedBy, publisherRules, replayer, silent, topologyOwner } from '../../events/processes.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { typesOf } from '../../messaging/envelope/contracts.ts';
import { exchangeOf, queueOf } from '../../messaging/topology/topology.ts';

/** A user of the broker and what it may do, as RabbitMQ says it: by regular expressions. */
export interface BrokerUser {
  /** The role that it is of, which is also whom its messages name. */
  readonly name: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** By the name of a topic exchange. */
  readonly topics: Readonly<Record<string, { readonly write: string; readonly read: string }>>;
}

const { exchanges, queues } = standardTopology;
const types = Object.values(integrationEvents).flatMap(typesOf);

/** A user for each process that publishes or consumes, each of which declares nothing, and one that declares. */
export function brokerUsers(): BrokerUser[] {
  const names = new Set([
    ...types.flatMap(publisherRules.publishersOf),
    ...Object.values(consumedBy),
    silent,
    replayer,
  ]);
  return [
    ...[...names].sort().map((name) => (name === replayer ? replaying(name) : working(name))),
    { name: topologyOwner, configure: '.*', write: '.*', read: '.*', topics: {} },
  ];
}

/** Publishes its own events, takes from its own queues, and sends what fails to their retry tiers and dead letters. */
function working(name: string): BrokerUser {
  const published = types.filter((type) => publisherRules.publishersOf(type).includes(name));
  const consumed = Object.entries(consumedBy)
    .filter(([, consumer]) => consumer === name)
    .map(([key]) => queueOf(standardTopology, subscriptions[key as keyof typeof consumedBy]));
  const consumes = consumed.length > 0;
  return userOf(name, {
    exchanges: [
      ...published.map((type) => exchangeOf(standardTopology, type)),
      ...(consumes ? [exchanges.retry, exchanges.dead] : []),
    ],
    queues: consumed.map(({ work }) => work),
    published: published.filter((type) => exchangeOf(standardTopology, type) === exchanges.events),
    sentTo: consumed.flatMap(({ retry }) => retry.map((tier) => tier.name)),
  });
}

const replaying = (name: string) =>
  userOf(name, {
    exchanges: [exchanges.retry],
    queues: queues.map(({ dead }) => dead),
    published: [],
    sentTo: queues.map(({ work }) => work),
  });

interface Allowed {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
  readonly published: readonly string[];
  readonly sentTo: readonly string[];
}

const userOf = (name: string, { exchanges: writable, queues: readable, published, sentTo }: Allowed): BrokerUser => ({
  name,
  configure: anyOf([]),
  write: anyOf(writable),
  read: anyOf(readable),
  topics: {
    [exchanges.events]: { write: anyOf(published), read: anyOf([]) },
    [exchanges.retry]: { write: anyOf(sentTo), read: anyOf([]) },
  },
});

/** Matches these names and no other; where there are none, nothing that has a name. */
const anyOf = (names: readonly string[]): string =>
  `^(${[...new Set(names)].map((name) => name.replaceAll('.', '\\.')).join('|')})$`;
