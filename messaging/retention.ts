import { z } from 'zod';
import { type Environment, readConfiguration } from '../platform/configuration.ts';
import { type Retention, rowsOlderThan } from '../platform/pruner.ts';

/** A number of days. */
export const daysSchema = z.coerce.number().int('whole days').min(1, 'at least 1').max(36_500, 'at most 36,500');

const environment = z.object({
  /** How long an event stays in the outbox after it was published. */
  OUTBOX_RETENTION_DAYS: daysSchema.default(7),
  /** How long it is known what was handled: for longer than a message can be delivered again. */
  INBOX_RETENTION_DAYS: daysSchema.default(90),
});

/** How long published events stay in the outbox. */
export const outboxRetention = (of: Environment): Retention => ({
  what: 'published events',
  days: readConfiguration(environment, of).OUTBOX_RETENTION_DAYS,
  prune: rowsOlderThan('outbox', 'published_at'),
});

/** How long it is known which messages were handled. */
export const inboxRetention = (of: Environment): Retention => ({
  what: 'handled messages',
  days: readConfiguration(environment, of).INBOX_RETENTION_DAYS,
  prune: rowsOlderThan('inbox', 'handled_at'),
});
