import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely';
import type { EventName } from '../../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { subscriptions } from '../../../events/subscriptions.ts';
import { factHash } from '../../../messaging/envelope/decoder.ts';
import { createNotificationConsumer, type NotificationTables } from '../../../services/notification/consumer.ts';
import { readSeller } from '../../../services/notification/seller.ts';
import { sellerVariables } from '../../seller.ts';

/** A mail that left. */
export interface SentMail {
  readonly template: string;
  readonly to: string;
  /** The event that owed it. */
  readonly event: EventName;
}

/** Answers every statement with no rows: the mails are what counts here, not the consumer's tables. */
const noDatabase = new Kysely<NotificationTables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
}) as unknown as Transaction<NotificationTables>;

/** The broker in memory, with the inbox that drops what was delivered before. */
export class FakeBroker {
  /** The events as a consumer sees them: each once, in the order in which they came first. */
  readonly events: IntegrationEvent[] = [];
  /** Facts that came a second time with the same id and other content. */
  readonly conflicts: string[] = [];
  readonly #known = new Map<string, IntegrationEvent>();

  publish(events: readonly IntegrationEvent[]): void {
    for (const event of events) {
      const known = this.#known.get(event.id);
      if (!known) {
        this.#known.set(event.id, event);
        this.events.push(event);
      } else if (factHash(known) !== factHash(event)) this.conflicts.push(`${event.name} ${event.sequence}`);
    }
  }

  /** The mails that the notification service sends for what was published, by its own consumer. */
  async mails(): Promise<SentMail[]> {
    const sent: SentMail[] = [];
    const wanted: ReadonlySet<EventName> = new Set(subscriptions.notification.events);
    for (const event of this.events.filter(({ name }) => wanted.has(name))) {
      const consumer = createNotificationConsumer({
        domain: 'shop.example',
        seller: readSeller(sellerVariables),
        mailer: {
          send: async ({ to, headers }) => {
            sent.push({ template: headers['X-Template'] ?? '', to: to.address, event: event.name });
          },
        },
      });
      await consumer.handle(event, noDatabase);
    }
    return sent;
  }
}
