import { type Kysely, sql, type Transaction } from 'kysely';
import type { Logger } from '../../platform/logging.ts';
import { ObservableGauge } from '../../platform/metrics.ts';
import { BrokerUnavailableError } from '../connection/errors.ts';
import type { EventDecoder } from '../envelope/decoder.ts';
import type { Publisher } from '../publishing/publisher.ts';

const outboxDepth = new ObservableGauge(
  'messaging_outbox_events',
  'Events in the outbox of a consumer that are not published yet',
);

export interface OutboxRelayOptions<Tables> {
  readonly database: Kysely<Tables>;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** Reads what was written. */
  readonly decode: EventDecoder;
  readonly logger: Logger;
  /** How often to poll without being woken, in milliseconds. @default 2_000 */
  readonly pollMilliseconds?: number;
}

interface OutboxRow {
  readonly position: number;
  readonly messageId: string;
  readonly subject: string;
  readonly body: string;
}

const batchSize = 100;

/**
 * Publishes what is in the outbox. Of one subject the events leave in order: behind one that failed, all others wait.
 */
export class OutboxRelay<Tables> {
  readonly #options: OutboxRelayOptions<Tables>;
  readonly #poll: NodeJS.Timeout;
  readonly #hideDepth: () => void;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: OutboxRelayOptions<Tables>) {
    this.#options = options;
    this.#poll = setInterval(() => this.wake(), options.pollMilliseconds ?? 2_000);
    this.#hideDepth = outboxDepth.show({}, () => countUnpublished(options.database));
    this.wake();
  }

  /** There is something new: look at once. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#relay().finally(() => {
      this.#running = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.wake();
    });
  }

  /** Awaits what is in flight. What is left in the outbox is published after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#poll);
    this.#hideDepth();
    await this.#running;
  }

  async #relay(): Promise<void> {
    const { database, logger } = this.#options;
    // Subjects with a failed event are left out until the next round, so that they delay no other subject.
    const failed = new Set<string>();
    try {
      let published: number;
      do {
        published = await database.transaction().execute((transaction) => this.#publishBatch(transaction, failed));
      } while (published > 0 && !this.#stopped);
    } catch (error) {
      logger.error({ err: error }, 'the outbox could not be read');
    }
  }

  /** @returns how many events were looked at; 0 as well when the broker is away, since all others would fail like these */
  async #publishBatch(transaction: Transaction<Tables>, failed: Set<string>): Promise<number> {
    // Two relays at the same time would publish events of one subject past each other.
    const lock = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.outbox', 0)) as held
    `.execute(transaction);
    if (!lock.rows[0]?.held) return 0;
    const { rows } = await sql<OutboxRow>`
      select position, message_id as "messageId", subject, body from outbox
      where published_at is null and subject <> all(${[...failed]}::text[])
      order by position limit ${batchSize}
    `.execute(transaction);
    const positions: number[] = [];
    let isBrokerAway = false;
    const subjects = Map.groupBy(rows, ({ subject }) => subject);
    await Promise.all(
      [...subjects].map(async ([subject, ofSubject]) => {
        for (const row of ofSubject) {
          const error = await this.#publish(row);
          isBrokerAway ||= error instanceof BrokerUnavailableError;
          if (error) return void failed.add(subject);
          positions.push(row.position);
        }
      }),
    );
    await sql`update outbox set published_at = now() where position = any(${positions})`.execute(transaction);
    return isBrokerAway ? 0 : rows.length;
  }

  /** @returns why it is not published */
  async #publish({ messageId, subject, body }: OutboxRow): Promise<unknown> {
    try {
      await this.#options.publisher.publish([this.#options.decode(Buffer.from(body))]);
      return undefined;
    } catch (error) {
      const level = error instanceof BrokerUnavailableError ? 'debug' : 'error';
      const told = { err: error, messageId, subject };
      this.#options.logger[level](told, 'an event of the outbox could not be published; it is tried again');
      return error;
    }
  }
}

async function countUnpublished<Tables>(database: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from outbox where published_at is null
  `.execute(database);
  return rows[0]?.count ?? 0;
}
