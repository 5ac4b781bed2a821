import { type Kysely, sql } from 'kysely';
import { openDatabase } from '../../platform/database.ts';
import { countLeft, hearWitness, type PublishedEvent } from './witness.ts';

/** An event that a consumer has handled. */
export interface HandledEvent {
  readonly id: string;
  /** When: ISO 8601 in UTC. */
  readonly at: string;
}

/** What the broker and the tables hold after a soak. It is read there; no code that wrote it is asked. */
export interface Evidence {
  /** As the broker took them, copies and all. */
  readonly published: readonly PublishedEvent[];
  /** The inboxes. */
  readonly consumed: Readonly<Record<ConsumerName, readonly HandledEvent[]>>;
  /** The event of each journal, in the order of the book. */
  readonly posted: readonly string[];
  readonly balance: Balance;
  /** The event of each mail that the notifications have noted. */
  readonly noted: readonly string[];
  /** What the notifications have emitted for their mails. */
  readonly emitted: readonly string[];
  /** The event of each mail that came, copies and all. */
  readonly received: readonly string[];
  /** Events that a consumer has still to publish. */
  readonly unpublished: number;
  /** Messages in queues that should be empty, by queue. */
  readonly left: ReadonlyMap<string, number>;
}

/** In minor units. */
export interface Balance {
  readonly debits: number;
  readonly credits: number;
  /** What the provider owes: payments less refunds. */
  readonly clearing: number;
}

export const consumerNames = ['ledger', 'notification', 'order-history'] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** The tables that the consumers write. */
export class Tables {
  readonly #database: Kysely<unknown>;

  constructor(url: string) {
    this.#database = openDatabase({ url, schema: 'public', connections: 2 });
  }

  /** How many events each consumer has handled, and how many wait to be published. */
  async count(): Promise<Record<ConsumerName | 'unpublished', number>> {
    const { rows } = await sql<Record<ConsumerName | 'unpublished', number>>`
      select (select count(*) from ledger.inbox) as ledger, (select count(*) from notification.inbox) as notification,
        (select count(*) from order_history.inbox) as "order-history",
        (select count(*) from notification.outbox where published_at is null) as unpublished
    `.execute(this.#database);
    return rows[0] as Record<ConsumerName | 'unpublished', number>;
  }

  async consumed(consumer: ConsumerName): Promise<HandledEvent[]> {
    const inbox = sql.id(consumer.replace('-', '_'), 'inbox');
    const { rows } = await sql<HandledEvent>`
      select message_id as id, handled_at as at from ${inbox} where consumer = ${consumer} order by handled_at
    `.execute(this.#database);
    return rows;
  }

  posted(): Promise<string[]> {
    return this.#ids(sql`select event_id as id from ledger.journals order by journal_id`);
  }

  noted(): Promise<string[]> {
    return this.#ids(sql`select event_id as id from notification.mails`);
  }

  emitted(): Promise<string[]> {
    return this.#ids(sql`select message_id as id from notification.outbox`);
  }

  /** A Message-ID is made of the event's id. */
  received(): Promise<string[]> {
    return this.#ids(sql`select substring(message_id from '^<(.*)@') as id from mail_sink.mails order by mail_id`);
  }

  async balance(): Promise<Balance> {
    const { rows } = await sql<Balance>`
      select coalesce(sum(debit), 0)::bigint as debits, coalesce(sum(credit), 0)::bigint as credits,
        (coalesce(sum(debit) filter (where account = '1050'), 0)
          - coalesce(sum(credit) filter (where account = '1050'), 0))::bigint as clearing
      from ledger.entries
    `.execute(this.#database);
    return rows[0] as Balance;
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  async #ids(query: ReturnType<typeof sql>): Promise<string[]> {
    const { rows } = await query.execute(this.#database);
    return (rows as { id: string }[]).map(({ id }) => id);
  }
}

export async function collectEvidence(tables: Tables, brokerUrl: string): Promise<Evidence> {
  const [ledger, notification, orderHistory] = await Promise.all(consumerNames.map((name) => tables.consumed(name)));
  return {
    published: await hearWitness(brokerUrl),
    consumed: { ledger: ledger ?? [], notification: notification ?? [], 'order-history': orderHistory ?? [] },
    posted: await tables.posted(),
    balance: await tables.balance(),
    noted: await tables.noted(),
    emitted: await tables.emitted(),
    received: await tables.received(),
    unpublished: (await tables.count()).unpublished,
    left: await countLeft(brokerUrl),
  };
}
