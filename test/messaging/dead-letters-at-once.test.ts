import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { DeadLettersClient } from '../../services/dead-letters/contract.ts';
import { recordAction } from '../../services/dead-letters/store.ts';
import { blockedStatements, type DeadLettersTest, openDeadLettersTest } from './dead-letters-environment.ts';
import { eventually, paymentProcessed } from './environment.ts';

let letters: DeadLettersTest;

beforeEach(async () => {
  letters = await openDeadLettersTest();
});

afterEach(() => letters.close());

/** Lets `act` wait for the lock of the first of three letters while another call discards or replays it. */
async function whileOneIs<Result>(
  done: 'discarded' | 'replayed',
  act: (client: DeadLettersClient, about: { readonly queue: string; readonly id: number }) => Promise<Result>,
): Promise<{ result: Result; ids: number[] }> {
  const { client, database, run } = letters;
  const { ids, id, consumer } = await letters.fail(paymentProcessed(), paymentProcessed(), paymentProcessed());
  await consumer.stop();
  const begun = await database.transaction().execute(async (transaction) => {
    await sql`select from dead_letters where dead_letter_id = ${id} for update`.execute(transaction);
    const result = act(client, { queue: run.queue.work, id });
    await eventually(async () => (await blockedStatements(database, 'dead_letters')) === 1);
    await recordAction(transaction, [id], done, { by: 'Ada', reason: 'booked by hand' });
    return { result };
  });
  return { result: await begun.result, ids };
}

const waiting = async () => (await letters.run.broker.channel.checkQueue(letters.run.queue.work)).messageCount;
const actionsOf = async (deadLetterId: number) => {
  const { state, actions } = await letters.client.findDeadLetter({ deadLetterId });
  return [state, ...actions.map(({ action, by }) => `${action} by ${by}`)];
};

test.each(['discarded', 'replayed'] as const)(
  'a letter that is %s while a replay by filter waits for it is not replayed, and the others are',
  async (done) => {
    const { result, ids } = await whileOneIs(done, (client, { queue }) => client.replayMatching({ queue }));

    // The oldest first, and three that failed at the same time may have come to rest in any order.
    const deadLetterIds = expect.arrayContaining(ids.slice(1));
    expect(result).toEqual({ dryRun: false, matched: 3, deadLetterIds, failed: [] });
    expect(result.deadLetterIds).toHaveLength(2);
    expect(await actionsOf(ids[0] as number)).toEqual([done, `${done} by Ada`]);
    for (const id of ids.slice(1)) expect(await actionsOf(id)).toEqual(['replayed', 'replayed by tester']);
    expect(await waiting()).toBe(2);
  },
);

test.each(['discarded', 'replayed'] as const)(
  'a letter that is %s while a discard by filter waits for it is left, and the others are discarded',
  async (done) => {
    const { result, ids } = await whileOneIs(done, (client, { queue }) =>
      client.discardMatching({ queue, reason: 'a test' }),
    );

    expect(result).toMatchObject({ deadLetterIds: expect.arrayContaining(ids.slice(1)), failed: [] });
    expect(result.deadLetterIds).toHaveLength(2);
    expect(await actionsOf(ids[0] as number)).toEqual([done, `${done} by Ada`]);
    for (const id of ids.slice(1)) expect(await actionsOf(id)).toEqual(['discarded', 'discarded by tester']);
    expect(await waiting()).toBe(0);
  },
);

test.each(['replayDeadLetter', 'discardDeadLetter'] as const)(
  'a letter that is discarded while %s waits for it is refused',
  async (operation) => {
    const { result, ids } = await whileOneIs('discarded', (client, { id }) =>
      client[operation]({ deadLetterId: id, reason: 'a test' }).catch((error: unknown) => error),
    );

    expect(result).toMatchObject({ type: 'InvalidState', detail: { facts: { state: 'discarded' } } });
    expect(await actionsOf(ids[0] as number)).toEqual(['discarded', 'discarded by Ada']);
    expect(await waiting()).toBe(0);
  },
);
