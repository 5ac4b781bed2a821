import { type EventContracts, type NameIn, typesOf } from '../envelope/contracts.ts';

/** Which events or commands one consumer takes, and the work queue that holds them for it. */
export interface Subscription<Name extends string = string> {
  /** The consumer, as its inbox names it. */
  readonly name: string;
  /** Arguments of a queue never change, so its version is in its name: `tracking-page.events.v1`. */
  readonly queue: string;
  readonly events: readonly Name[];
}

/** A queue in which a failed message waits before its consumer sees it again. */
export interface RetryTier {
  /** The end of the queue's name: `5s`. */
  readonly label: string;
  readonly milliseconds: number;
}

const standardRetryTiers: readonly RetryTier[] = [
  { label: '5s', milliseconds: 5_000 },
  { label: '30s', milliseconds: 30_000 },
  { label: '2m', milliseconds: 120_000 },
  { label: '10m', milliseconds: 600_000 },
];

export interface TopologyOptions<Contracts extends EventContracts> {
  /** Names the system in what it publishes: its events are from `urn:<system>:<context>`. */
  readonly system: string;
  /** Every event and command that is published or taken. */
  readonly contracts: Contracts;
  /** Who listens to what: an event waits for its consumer even when that has never run. */
  readonly subscriptions: readonly Subscription<NameIn<Contracts>>[];
  /** Put before every name, so that several systems can use one broker; by default none. */
  readonly prefix?: string;
  readonly retryTiers?: readonly RetryTier[];
}

/** The names of all exchanges and queues, and what goes where. */
export interface Topology {
  readonly system: string;
  readonly exchanges: {
    readonly events: string;
    readonly commands: string;
    /** Takes a message to a retry tier, or back to a work queue, by the queue's name. */
    readonly retry: string;
    readonly dead: string;
    readonly unrouted: string;
  };
  /** The types that go to the exchange for commands; all others go to that for events. */
  readonly commands: readonly string[];
  /** Holds the events that no queue was bound for. */
  readonly unroutedQueue: string;
  readonly queues: readonly QueueTopology[];
}

/** A work queue with the queues for its failures. */
export interface QueueTopology {
  readonly subscription: Subscription;
  readonly work: string;
  /** Of all versions of what it subscribes to. */
  readonly routingKeys: readonly string[];
  /** In the order in which a failing message goes through them. */
  readonly retry: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly dead: string;
}

/**
 * The exchanges and queues of a system, from its contracts and from who listens to what.
 *
 * @throws {RangeError} for an event, a command or a queue whose name does not end with its version
 */
export function describeTopology<Contracts extends EventContracts>({
  system,
  contracts,
  subscriptions,
  prefix = '',
  retryTiers = standardRetryTiers,
}: TopologyOptions<Contracts>): Topology {
  for (const type of Object.values(contracts).flatMap(typesOf)) {
    if (!/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.v[1-9]\d*$/.test(type)) {
      throw new RangeError(
        `${type} is no type of an event: write <context>.<aggregate>.<event>.v<major>, in small letters`,
      );
    }
  }
  for (const { queue } of subscriptions) {
    if (!/\.v[1-9]\d*$/.test(queue)) throw new RangeError(`the queue ${queue} has no version: write ${queue}.v1`);
  }
  const typesNamed = (name: string) => {
    const contract = contracts[name];
    return contract ? typesOf(contract) : [];
  };
  return {
    system,
    exchanges: {
      events: `${prefix}integration.events`,
      commands: `${prefix}integration.commands`,
      retry: `${prefix}integration.retry`,
      dead: `${prefix}integration.dead`,
      unrouted: `${prefix}integration.unrouted`,
    },
    commands: Object.values(contracts).flatMap((contract) => (contract.kind === 'command' ? typesOf(contract) : [])),
    unroutedQueue: `${prefix}integration.unrouted`,
    queues: subscriptions.map((subscription) => {
      const work = `${prefix}${subscription.queue}`;
      return {
        subscription,
        work,
        routingKeys: subscription.events.flatMap(typesNamed),
        retry: retryTiers.map(({ label, milliseconds }) => ({ name: `${work}.retry.${label}`, milliseconds })),
        dead: `${work}.dead`,
      };
    }),
  };
}

/** @throws {RangeError} when the topology has no such subscription */
export function queueOf(topology: Topology, subscription: Subscription): QueueTopology {
  const queue = topology.queues.find((candidate) => candidate.subscription.queue === subscription.queue);
  if (!queue) throw new RangeError(`the topology has no queue ${subscription.queue}; add it to the subscriptions`);
  return queue;
}

/** Where an event or a command of this type is published, and its queues are bound. */
export function exchangeOf({ exchanges, commands }: Topology, type: string): string {
  return commands.includes(type) ? exchanges.commands : exchanges.events;
}
