import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type DeadLettersTest, failure, openDeadLettersTest } from './dead-letters-environment.ts';
import { paymentProcessed } from './environment.ts';

let letters: DeadLettersTest;

beforeEach(async () => {
  letters = await openDeadLettersTest();
});

afterEach(() => letters.close());

const states = async () => (await letters.archived(0)).map(({ state }) => state);

describe('discard', () => {
  test('needs a reason, takes no name, and is kept with who did it', async () => {
    const { id } = await letters.fail(paymentProcessed());
    const { client } = letters;

    for (const [wrong, field] of [
      [{}, /^reason: is required/],
      [{ reason: ' ' }, /^reason: say why/],
      [{ reason: 'a test', by: 'Ada' }, /Unrecognized key: "by"/],
    ] as const) {
      const request = { deadLetterId: id, ...wrong } as Parameters<typeof client.discardDeadLetter>[0];
      await expect(client.discardDeadLetter(request)).rejects.toEqual(failure('InvalidRequest', field));
    }
    expect(await states()).toEqual(['parked']);

    await client.discardDeadLetter({ deadLetterId: id, reason: 'a test' });
    expect(await client.findDeadLetter({ deadLetterId: id })).toMatchObject({
      state: 'discarded',
      actions: [{ action: 'discarded', by: 'tester', reason: 'a test' }],
    });
  });

  test('of what is not parked is refused; replaying it takes force', async () => {
    const event = paymentProcessed();
    const { id } = await letters.fail(event);
    letters.mend();
    const { client } = letters;
    await client.discardDeadLetter({ deadLetterId: id, reason: 'a test' });

    const refused = failure('InvalidState', /was discarded before/);
    await expect(client.discardDeadLetter({ deadLetterId: id, reason: 'x' })).rejects.toEqual(refused);
    await expect(client.replayDeadLetter({ deadLetterId: id })).rejects.toEqual(refused);
    expect(await client.replayMatching({ subject: event.subject })).toMatchObject({ matched: 0 });

    await client.replayDeadLetter({ deadLetterId: id, reason: 'a mistake', force: true });
    expect(await letters.run.effects(1)).toEqual([event.subject]);
  });

  test('by filter takes what meets it', async () => {
    const [kept, gone] = [paymentProcessed(), paymentProcessed()];
    await letters.fail(kept, gone);

    const { deadLetterIds } = await letters.client.discardMatching({ subject: gone.subject, reason: 'x' });

    const { deadLetters } = await letters.client.listDeadLetters({ state: 'discarded' });
    expect(deadLetters.map(({ deadLetterId, subject }) => ({ deadLetterId, subject }))).toEqual([
      { deadLetterId: deadLetterIds[0], subject: gone.subject },
    ]);
  });
});

test('without a filter nothing is replayed or discarded', async () => {
  const { client } = letters;
  const refused = failure('InvalidRequest', /name at least one filter/);
  await expect(client.replayMatching({})).rejects.toEqual(refused);
  await expect(client.discardMatching({ reason: 'x' })).rejects.toEqual(refused);
});

test('a dead letter that does not exist is not found', async () => {
  const { client } = letters;
  const unknown = failure('NotFound', /there is no dead letter 999/);
  await expect(client.findDeadLetter({ deadLetterId: 999 })).rejects.toEqual(unknown);
  await expect(client.replayDeadLetter({ deadLetterId: 999 })).rejects.toEqual(unknown);
  await expect(client.discardDeadLetter({ deadLetterId: 999, reason: 'x' })).rejects.toEqual(unknown);
});

test('the metrics tell how many wait for people', async () => {
  const { ids } = await letters.fail(paymentProcessed(), paymentProcessed());
  await letters.client.discardDeadLetter({ deadLetterId: ids[0] as number, reason: 'a test' });

  const metrics = await (await fetch(`${letters.url}/metrics`)).text();

  expect(metrics).toContain(`messaging_dead_letters_parked{queue="${letters.run.queue.work}"} 1\n`);
});

test('the audit trail cannot be changed', async () => {
  const { id } = await letters.fail(paymentProcessed());
  await letters.client.discardDeadLetter({ deadLetterId: id, reason: 'a test' });

  for (const change of [sql`update actions set actor = 'Bob'`, sql`delete from actions`, sql`truncate actions`]) {
    await expect(change.execute(letters.database)).rejects.toThrow('append-only');
  }
});
