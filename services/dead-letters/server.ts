import type { Kysely } from 'kysely';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import * as actions from './actions.ts';
import type { deadLettersContract } from './contract.ts';
import * as store from './store.ts';

/** @param publisher takes replays to their queues */
export function deadLettersHandlers(
  database: Kysely<store.DeadLettersTables>,
  publisher: Pick<Publisher, 'send'>,
): HttpHandlers<typeof deadLettersContract> {
  return {
    listDeadLetters: async (filter) => ({ deadLetters: await store.listDeadLetters(database, filter) }),
    findDeadLetter: ({ deadLetterId }) => store.findDeadLetter(database, deadLetterId),
    replayDeadLetter: ({ deadLetterId, ...actor }) => actions.replay(database, publisher, deadLetterId, actor),
    discardDeadLetter: ({ deadLetterId, ...actor }) => actions.discard(database, deadLetterId, actor),
    replayMatching: ({ by, reason, dryRun, limit, ...filter }, { signal }) =>
      actions.replayMatching(database, publisher, { filter, dryRun, limit }, { by, reason }, signal),
    discardMatching: ({ by, reason, dryRun, limit, ...filter }, { signal }) =>
      actions.discardMatching(database, { filter, dryRun, limit }, { by, reason }, signal),
  };
}
