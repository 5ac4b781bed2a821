import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { defineConsumer } from '../../events/consumers.ts';
import { createEvent, decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { type BrokerConnection, connectToBroker } from '../../messaging/connection/connection.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { type QueueTopology, queueOf, type Topology } from '../../messaging/topology/topology.ts';
import { checkoutOf, eventually, openTestSchema, paymentProcessed, quiet } from '../messaging/environment.ts';

type Tables = Record<never, never>;

const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;
const subjects = 20;
const batch = 2;
const retryPause = 200;
const recoverWithin = 120_000;

/** What became of everything that was published. */
export interface LoadFigures {
  readonly published: number;
  readonly handled: number;
  readonly lost: number;
  readonly handledTwice: number;
  /** Sequence numbers that are missing among the handled ones of their subject. */
  readonly gaps: number;
  /** Events that were handled behind a later one of their subject: what a dead connection held comes again behind others. */
  readonly late: number;
  /** Deliveries that the inbox has dropped. */
  readonly duplicatesDropped: number;
  /** Calls of `publish` that failed and were repeated. */
  readonly failedPublishes: number;
  readonly longestGapMilliseconds: number;
}

/** A publisher, a consumer and twenty subjects whose events are published in their order, two at a time. */
export class Load {
  readonly queue: QueueTopology;
  readonly #connections: readonly BrokerConnection[];
  readonly #publisher: Publisher;
  /** Takes failed messages on, of which there should be none. */
  readonly #recovery: Publisher;
  readonly #consumer: Consumer<Tables>;
  readonly #database: Kysely<Tables>;
  readonly #closeSchema: () => Promise<void>;
  readonly #confirmed: string[] = [];
  readonly #publishing: Promise<unknown>;
  #stopped = false;
  #deliveries = 0;
  #failed = 0;
  #lastConfirm = Date.now();
  #longestGap = 0;

  private constructor(
    topology: Topology,
    connections: readonly [BrokerConnection, BrokerConnection],
    { database, close }: { database: Kysely<Tables>; close(): Promise<void> },
  ) {
    const [publishing, connection] = connections;
    this.queue = queueOf(topology, subscription);
    this.#connections = connections;
    this.#database = database;
    this.#closeSchema = close;
    this.#publisher = new Publisher(publishing);
    this.#recovery = new Publisher(connection);
    this.#consumer = new Consumer({
      connection,
      publisher: this.#recovery,
      definition: {
        ...defineConsumer<Tables>()({
          ...subscription,
          handlers: {
            PaymentProcessed: async ({ id, subject, sequence }, transaction) => {
              await sql`insert into effects (id, subject, sequence) values (${id}, ${subject}, ${sequence})`.execute(
                transaction,
              );
            },
          },
        }),
        decode: (content) => {
          this.#deliveries += 1;
          return decodeEvent(content);
        },
      },
      database,
      logger: quiet,
    });
    this.#publishing = Promise.all(Array.from({ length: subjects }, () => this.#publishSubject()));
  }

  static async start(url: string): Promise<Load> {
    const topology = describeStandardTopology({
      prefix: `load-${randomUUID().slice(0, 8)}.`,
      subscriptions: [subscription],
    });
    const schema = await openTestSchema('ledger');
    await sql`
      create table effects (position bigserial, id text not null, subject text not null, sequence int not null)
    `.execute(schema.database);
    const connect = (name: string) => connectToBroker({ url, name, logger: quiet, topology });
    const load = new Load(topology, [await connect('publisher'), await connect('consumer')], schema);
    await load.#publisher.ready;
    await load.#consumer.ready;
    await load.progress();
    return load;
  }

  /** Resolves when the broker has confirmed so many more events, and as many more were handled. */
  async progress(count = 200): Promise<void> {
    const [confirmed, handled] = [this.#confirmed.length + count, (await this.#countEffects()) + count];
    await eventually(
      async () => this.#confirmed.length >= confirmed && (await this.#countEffects()) >= handled,
      recoverWithin,
    );
  }

  /** Resolves when a call of `publish` has failed. */
  async publishFailed(): Promise<void> {
    const before = this.#failed;
    await eventually(async () => this.#failed > before, recoverWithin);
  }

  /** Publishes no more, waits until everything is handled, and tells what became of it. */
  async stop(): Promise<LoadFigures> {
    this.#stopped = true;
    await this.#publishing;
    await eventually(async () => (await this.#countEffects()) >= this.#confirmed.length, recoverWithin).catch(
      () => undefined,
    );
    await this.#consumer.stop();
    await this.#recovery.close();
    await this.#publisher.close();
    for (const connection of this.#connections) await connection.close();
    const figures = await this.#figures();
    await this.#closeSchema();
    return figures;
  }

  async #publishSubject(): Promise<void> {
    const subject = `c-${randomUUID()}`;
    for (let sequence = 1; !this.#stopped; sequence += batch) {
      const events = Array.from({ length: batch }, (_, index) => payment(subject, sequence + index));
      while (!(await this.#publish(events))) await delay(retryPause);
      this.#confirmed.push(...events.map(({ id }) => id));
    }
  }

  /** As the activity of the bridge does it: the same events again, until the broker has confirmed all of them. */
  async #publish(events: readonly IntegrationEvent[]): Promise<boolean> {
    try {
      await this.#publisher.publish(events);
    } catch {
      this.#failed += 1;
      return false;
    }
    this.#longestGap = Math.max(this.#longestGap, Date.now() - this.#lastConfirm);
    this.#lastConfirm = Date.now();
    return true;
  }

  async #countEffects(): Promise<number> {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from effects`.execute(this.#database);
    return rows[0]?.count ?? 0;
  }

  async #figures(): Promise<LoadFigures> {
    const { rows } = await sql<{ id: string; late: boolean; missing: boolean }>`
      select
        id,
        coalesce(sequence < max(sequence) over (
          partition by subject order by position rows between unbounded preceding and 1 preceding
        ), false) as late,
        sequence <> 1 + coalesce(lag(sequence) over (partition by subject order by sequence), 0) as missing
      from effects
    `.execute(this.#database);
    const handled = new Set(rows.map(({ id }) => id));
    return {
      published: this.#confirmed.length,
      handled: handled.size,
      lost: this.#confirmed.filter((id) => !handled.has(id)).length,
      handledTwice: rows.length - handled.size,
      gaps: rows.filter(({ missing }) => missing).length,
      late: rows.filter(({ late }) => late).length,
      duplicatesDropped: this.#deliveries - rows.length,
      failedPublishes: this.#failed,
      longestGapMilliseconds: this.#longestGap,
    };
  }
}

function payment(subject: string, sequence: number): IntegrationEvent<'PaymentProcessed'> {
  const { data } = paymentProcessed(subject);
  return createEvent({ ...checkoutOf(subject).envelope, name: 'PaymentProcessed', sequence, data });
}
