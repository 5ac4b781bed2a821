import { sql } from 'kysely';
import { z } from 'zod';
import { daysSchema } from '../../messaging/retention.ts';
import { type Environment, readConfiguration } from '../../platform/configuration.ts';
import type { Retention } from '../../platform/pruner.ts';

const environment = z.object({ DEAD_LETTER_RETENTION_DAYS: daysSchema.default(90) });

/** How long the content of a dead letter is kept that was replayed or discarded. That it was, and by whom, stays; so do parked ones. */
export const deadLetterRetention = (of: Environment): Retention => ({
  what: 'contents of dead letters',
  days: readConfiguration(environment, of).DEAD_LETTER_RETENTION_DAYS,
  async prune(database, before, limit) {
    const { numAffectedRows } = await sql`
      update dead_letters set body = '', properties = '{}', error_message = null, error_stack = null
      where dead_letter_id in (
        select dead_letter_id from dead_letters
        where state <> 'parked' and archived_at < ${before} and body <> '' limit ${limit}
      )
    `.execute(database);
    return Number(numAffectedRows ?? 0);
  },
});
