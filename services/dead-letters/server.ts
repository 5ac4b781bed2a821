import type { Kysely } from 'kysely';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import { actorOf } from '../../platform/access/principal.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import * as actions from './actions.ts';
import type { deadLettersContract } from './contract.ts';
import * as store from './store.ts';

/** @param publisher takes replays to their queues */
export function deadLettersHandlers(
  database: Kysely<store.DeadLettersTables>,
  publisher: Pick<Publisher, 'send' | 'topology' | 'user'>,
): HttpHandlers<typeof deadLettersContract> {
  return {
    listDeadLetters: async (filter) => ({ deadLetters: await store.listDeadLetters(database, filter) }),
    findDeadLetter: ({ deadLetterId }) => store.findDeadLetter(database, deadLetterId),
    replayDeadLetter: async ({ deadLetterId, ...action }, context) =>
      actions.replay(database, publisher, deadLetterId, { ...action, by: actorOf(context) }),
    discardDeadLetter: async ({ deadLetterId, reason }, context) =>
      actions.discard(database, deadLetterId, { reason, by: actorOf(context) }),
    replayMatching: async ({ reason, dryRun, limit, ...filter }, context) => {
      const actor = { by: actorOf(context), reason };
      return actions.replayMatching(database, publisher, { filter, dryRun, limit }, actor, context.signal);
    },
    discardMatching: async ({ reason, dryRun, limit, ...filter }, context) => {
      const actor = { by: actorOf(context), reason };
      return actions.discardMatching(database, { filter, dryRun, limit }, actor, context.signal);
    },
  };
}
