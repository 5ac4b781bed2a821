import { z } from 'zod';
import { daysSchema } from '../../messaging/retention.ts';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';
import { type Retention, rowsOlderThan } from '../../platform/pruner.ts';

const environment = z.object({ MAIL_RETENTION_DAYS: daysSchema.default(365) });

/** How long it is known that a mail was sent. */
export const mailRetention = (of: Environment): Retention => ({
  what: 'sent mails',
  days: readConfiguration(environment, of).MAIL_RETENTION_DAYS,
  prune: rowsOlderThan('mails', 'sent_at'),
});
