import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { subscriptions } from '../../events/subscriptions.ts';
import { waitUntil } from '../../parts/wait.ts';
import { cli } from './command-line-shop.ts';

const { queue } = subscriptions.ledger;
const run = `dead-${randomUUID().slice(0, 8)}`;
const type = 'checkout.payment.processed.v99';

/** An event of a major version that this ledger does not know, as a newer release would send it. */
const event = (subject: string) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'urn:durable-checkout:checkout',
  type,
  subject,
  time: '2026-01-31T12:00:00.000Z',
  correlationid: subject,
  causationid: `checkout/${subject}`,
  sequence: '0000000003',
  data: { amounts: { total: 5998 } },
});

const json = async (...parameters: string[]) => {
  const { stdout, stderr, exitCode } = await cli([...parameters, '--json']);
  return { exitCode, document: stdout ? JSON.parse(stdout) : undefined, error: stderr && JSON.parse(stderr).error };
};

const listed = async (...filter: string[]): Promise<{ deadLetterId: number; state: string }[]> =>
  (await json('dead-letters', 'list', ...filter)).document.deadLetters;

async function listedAs(count: number, ...filter: string[]) {
  let letters: Awaited<ReturnType<typeof listed>> = [];
  const come = async () => {
    letters = await listed(...filter);
    return letters.length === count;
  };
  expect(await waitUntil(come, { within: 20_000 })).toBe(true);
  return letters.map(({ deadLetterId }) => deadLetterId);
}

const subjects = [`${run}-1`, `${run}-2`, `${run}-3`] as const;
let since: string;
let id: number;

beforeAll(async () => {
  since = new Date().toISOString();
  const model = await amqp.connect(process.env['AMQP_URL'] as string);
  const channel = await model.createConfirmChannel();
  for (const subject of subjects) channel.sendToQueue(queue, Buffer.from(JSON.stringify(event(subject))));
  await channel.waitForConfirms();
  await model.close();
  for (const subject of subjects) [id] = (await listedAs(1, '--subject', subject)) as [number];
}, 90_000);

test('list shows what waits, by any filter', async () => {
  const filter = ['--queue', queue, '--dead-reason', 'unknown-version', '--type', type, '--since', since];
  const { exitCode, stdout, stderr } = await cli(['dead-letters', 'list', ...filter, '--state', 'parked']);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const subject of subjects) {
    expect(stdout).toMatch(new RegExp(`^ *\\d+ +\\S+Z +parked +${queue} +${type} +${subject} +unknown-version `, 'm'));
  }
  expect(await listed(...filter, '--state', 'discarded')).toEqual([]);
  expect(await listed(...filter, '--limit', '2')).toHaveLength(2);
});

test('show tells the event, the reason, the stack and what to do next', async () => {
  const { exitCode, stdout, stderr } = await cli(['dead-letters', 'show', String(id)]);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const fact of [
    new RegExp(`^Event +${type}$`, 'm'),
    new RegExp(`^Subject +${subjects[2]}$`, 'm'),
    /^Reason +unknown-version$/m,
    /^Error +UnreadableEventError: .+version/m,
    /^Attempts +1$/m,
    /^ {4}at .+\n\nBody, /m,
    /^ {4}"amounts": \{$/m,
    new RegExp(`^Next +npm run cli -- dead-letters replay ${id}`, 'm'),
  ])
    expect(stdout).toMatch(fact);
  const { document } = await json('dead-letters', 'show', String(id));
  expect(document).toMatchObject({ deadLetterId: id, body: { encoding: 'json', content: { subject: subjects[2] } } });
});

test('replay sends it again; what fails again is a new dead letter; both tell of each other', async () => {
  const replayed = await cli(['dead-letters', 'replay', String(id), '--reason', 'deployed']);
  expect(replayed).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^State +replayed$/m) });

  const [again] = await listedAs(2, '--subject', subjects[2]);
  const shown = await cli(['dead-letters', 'show', String(id)]);
  expect(shown.stdout).toMatch(new RegExp(`^Failed again as +${again}$`, 'm'));
  expect(shown.stdout).toMatch(/Z +replayed +developer +deployed$/m);
  expect((await json('dead-letters', 'show', String(again))).document).toMatchObject({ replayOf: id, state: 'parked' });

  const refused = await json('dead-letters', 'replay', String(id));
  expect(refused).toMatchObject({ exitCode: 1, error: { type: 'InvalidState' } });
});

test('discard by filter takes a dry run first', async () => {
  const filter = ['--subject', subjects[0], '--reason', 'a test'];
  const dry = await cli(['dead-letters', 'discard', ...filter, '--dry-run']);
  expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Would be discarded +1$/m) });
  expect(await listed('--subject', subjects[0])).toMatchObject([{ state: 'parked' }]);

  const { exitCode, document } = await json('dead-letters', 'discard', ...filter);
  expect({ exitCode, document }).toMatchObject({ exitCode: 0, document: { dryRun: false, matched: 1, failed: [] } });
  expect(await listed('--subject', subjects[0])).toMatchObject([{ state: 'discarded' }]);
});

test('list cuts what strangers have sent to a readable width; show has it whole', async () => {
  const model = await amqp.connect(process.env['AMQP_URL'] as string);
  const channel = await model.createConfirmChannel();
  const long = `${run}-${'x'.repeat(900)}`;
  const strange = `${run}.strange.v1`;
  channel.sendToQueue(queue, Buffer.from(JSON.stringify({ ...event(long), type: strange })));
  await channel.waitForConfirms();
  await model.close();

  const [letter] = await listedAs(1, '--type', strange);
  const { stdout } = await cli(['dead-letters', 'list', '--type', strange]);
  expect(stdout).toContain(`${long.slice(0, 59)}…`);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(300);
  expect((await json('dead-letters', 'show', String(letter))).document).toMatchObject({
    body: { content: { subject: long } },
  });
});

describe('wrong usage', () => {
  test.each([
    ['no reason to discard', ['discard', '1'], /required option '--reason <text>'/],
    ['neither id nor filter', ['replay'], /give the id of one dead letter or a filter/],
    ['both', ['replay', '1', '--queue', 'q'], /not both/],
    ['a dry run of one', ['replay', '1', '--dry-run'], /not both/],
    ['force with a filter', ['replay', '--queue', 'q', '--force'], /--force takes the id/],
    ['an id that is none', ['show', 'x'], /whole number/],
  ])('%s', async (_, parameters, message) => {
    expect(await cli(['dead-letters', ...parameters])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });

  test('a time that is none', async () => {
    const { exitCode, error } = await json('dead-letters', 'list', '--since', 'yesterday');
    expect({ exitCode, error }).toMatchObject({ exitCode: 1, error: { type: 'InvalidRequest', field: 'since' } });
  });

  test('an empty filter', async () => {
    const { exitCode, error } = await json('dead-letters', 'list', '--type', '');
    expect({ exitCode, error }).toMatchObject({
      exitCode: 1,
      error: { type: 'InvalidRequest', message: 'type: name one, or leave it out' },
    });
  });

  test('a dead letter that does not exist', async () => {
    const { exitCode, error } = await json('dead-letters', 'show', '999999999');
    expect({ exitCode, error }).toMatchObject({ exitCode: 1, error: { type: 'NotFound' } });
  });
});
