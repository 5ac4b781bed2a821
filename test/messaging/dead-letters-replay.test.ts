import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { encodeEvent, typeOf } from '../../events/integration-event.ts';
import { blockedStatements, type DeadLettersTest, failure, openDeadLettersTest } from './dead-letters-environment.ts';
import { eventually, paymentProcessed, takeFrom } from './environment.ts';

let letters: DeadLettersTest;

beforeEach(async () => {
  letters = await openDeadLettersTest();
});

afterEach(() => letters.close());

const states = async () => (await letters.archived(0)).map(({ state }) => state);
const waiting = async () => (await letters.run.broker.channel.checkQueue(letters.run.queue.work)).messageCount;

test('a replay of one makes the handler succeed after it was mended', async () => {
  const event = paymentProcessed();
  const { id } = await letters.fail(event);
  letters.mend();

  const replayed = await letters.client.replayDeadLetter({ deadLetterId: id, reason: 'mended' });

  expect(replayed).toMatchObject({ deadLetterId: id, state: 'replayed' });
  expect(await letters.run.effects(1)).toEqual([event.subject]);
  expect(await letters.client.findDeadLetter({ deadLetterId: id })).toMatchObject({
    state: 'replayed',
    actions: [{ action: 'replayed', by: 'tester', reason: 'mended', at: expect.stringMatching(/Z$/) }],
  });
});

test('a replay sends the message as it was, to the queue where it failed and nowhere else', async () => {
  const { broker, queue } = letters.run;
  const everywhere = await broker.channel.assertQueue('', { exclusive: true });
  const event = { ...paymentProcessed(), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const { id, consumer } = await letters.fail(event);
  await consumer.stop();
  for (const exchange of [broker.topology.exchanges.events, broker.topology.exchanges.commands]) {
    await broker.channel.bindQueue(everywhere.queue, exchange, typeOf('PaymentProcessed'));
  }

  await letters.client.replayDeadLetter({ deadLetterId: id });

  const { content, properties } = await takeFrom(broker.channel, queue.work);
  expect(content).toEqual(encodeEvent(event));
  expect(properties).toMatchObject({
    messageId: event.id,
    correlationId: event.correlationId,
    type: typeOf('PaymentProcessed'),
    deliveryMode: 2,
  });
  expect(properties.headers).toMatchObject({
    traceparent: event.traceparent,
    'x-original-exchange': broker.topology.exchanges.events,
    'x-original-routing-key': typeOf('PaymentProcessed'),
    'x-replay-of': id,
  });
  const added = Object.keys(properties.headers ?? {})
    // The count of this delivery, which RabbitMQ 3.10 has in the headers.
    .filter((name) => name.startsWith('x-') && name !== 'x-delivery-count')
    .sort();
  expect(added).toEqual(['x-original-exchange', 'x-original-routing-key', 'x-publisher', 'x-replay-of']);
  expect((await broker.channel.checkQueue(everywhere.queue)).messageCount).toBe(0);
});

test('a replay of an event that was handled meanwhile is dropped by the inbox', async () => {
  const event = paymentProcessed();
  const { id } = await letters.fail(event);
  letters.mend();
  await letters.client.replayDeadLetter({ deadLetterId: id });
  await letters.run.effects(1);

  await letters.client.replayDeadLetter({ deadLetterId: id, force: true });

  expect(await letters.run.finalEffects()).toEqual([event.subject]);
  const { actions } = await letters.client.findDeadLetter({ deadLetterId: id });
  expect(actions.map(({ action }) => action)).toEqual(['replayed', 'replayed']);
});

test('a replay that fails again is a new dead letter that names the old one', async () => {
  const { id } = await letters.fail(paymentProcessed());

  await letters.client.replayDeadLetter({ deadLetterId: id });

  const [old, again] = await letters.archived(2);
  expect(again).toMatchObject({
    state: 'parked',
    replayOf: id,
    messageId: old?.messageId,
    exchange: old?.exchange,
    routingKey: old?.routingKey,
    attempts: old?.attempts,
  });
  expect(again?.firstFailedAt).not.toBe(old?.firstFailedAt);
  expect(await letters.client.findDeadLetter({ deadLetterId: id })).toMatchObject({
    state: 'replayed',
    failedAgainAs: [again?.deadLetterId],
  });
});

test('a replay by filter takes what meets it, as many as were asked for', async () => {
  const events = [paymentProcessed(), paymentProcessed(), paymentProcessed()] as const;
  const { ids } = await letters.fail(...events);
  letters.mend();
  const { client, run } = letters;

  const one = await client.replayMatching({ subject: events[1].subject });
  expect(one).toEqual({ dryRun: false, matched: 1, deadLetterIds: [ids[1]], failed: [] });
  const first = await client.replayMatching({ deadReason: 'retries-exhausted', limit: 1 });
  expect(first).toMatchObject({ matched: 2, deadLetterIds: [Math.min(...ids.filter((id) => id !== ids[1]))] });
  const none = await client.replayMatching({ since: new Date(Date.now() + 60_000).toISOString() });
  expect(none).toMatchObject({ matched: 0, deadLetterIds: [] });
  const rest = await client.replayMatching({ queue: run.queue.work, type: typeOf('PaymentProcessed') });
  expect(rest).toMatchObject({ matched: 1, failed: [] });

  expect(await run.effects(3)).toEqual(events.map(({ subject }) => subject).sort());
  expect(await states()).toEqual(['replayed', 'replayed', 'replayed']);
});

test('a replay by filter takes more than one batch', async () => {
  const events = Array.from({ length: 60 }, () => paymentProcessed());
  await letters.fail(...events);
  letters.mend();

  const { matched, deadLetterIds } = await letters.client.replayMatching({
    queue: letters.run.queue.work,
  });

  expect({ matched, replayed: new Set(deadLetterIds).size }).toEqual({ matched: 60, replayed: 60 });
  expect(await letters.run.effects(60)).toEqual(events.map(({ subject }) => subject).sort());
});

test('a replay as a dry run changes nothing', async () => {
  const { ids, consumer } = await letters.fail(paymentProcessed(), paymentProcessed());
  await consumer.stop();
  const request = { queue: letters.run.queue.work, dryRun: true };

  const answers = [
    await letters.client.replayMatching(request),
    await letters.client.discardMatching({ ...request, reason: 'why not' }),
  ];

  const expected = { dryRun: true, matched: 2, deadLetterIds: ids.sort((left, right) => left - right), failed: [] };
  expect(answers).toEqual([expected, expected]);
  expect(await states()).toEqual(['parked', 'parked']);
  expect(await waiting()).toBe(0);
});

test('a replay while the broker is down marks nothing', async () => {
  const { id } = await letters.fail(paymentProcessed());
  const { client, gate, run } = letters;
  gate.shut();

  const unavailable = failure('Unavailable', /cannot be reached|did not confirm/);
  await expect(client.replayDeadLetter({ deadLetterId: id })).rejects.toEqual(unavailable);
  await expect(client.replayMatching({ queue: run.queue.work })).rejects.toEqual(unavailable);

  expect(await client.findDeadLetter({ deadLetterId: id })).toMatchObject({ state: 'parked', actions: [] });
});

test('a replay to a queue that is gone marks nothing; by filter the others are replayed', async () => {
  const event = paymentProcessed();
  const { ids } = await letters.fail(paymentProcessed(), event);
  letters.mend();
  const { client, database, run } = letters;
  const [id] = ids as [number];
  await sql`update dead_letters set queue = 'gone.v1' where dead_letter_id = ${id}`.execute(database);

  await expect(client.replayDeadLetter({ deadLetterId: id })).rejects.toEqual(
    failure('InvalidState', /the queue gone.v1 does not exist/),
  );
  expect(await client.replayMatching({ deadReason: 'retries-exhausted' })).toEqual({
    dryRun: false,
    matched: 2,
    deadLetterIds: [ids[1]],
    failed: [{ deadLetterId: id, message: expect.stringContaining('does not exist') }],
  });

  expect(await client.findDeadLetter({ deadLetterId: id })).toMatchObject({ state: 'parked', actions: [] });
  expect(await run.effects(1)).toEqual([event.subject]);
});

test('a replay of one by three people at once happens once', async () => {
  const { id } = await letters.fail(paymentProcessed());
  letters.mend();
  const { client, database } = letters;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const holding = database.transaction().execute(async (transaction) => {
    await sql`select from dead_letters for update`.execute(transaction);
    hold();
    await released;
  });
  await held;

  const replays = [1, 2, 3].map(() => client.replayDeadLetter({ deadLetterId: id }));
  const results = Promise.allSettled(replays);
  await eventually(async () => (await blockedStatements(database, 'dead_letters')) === 3);
  release();
  await holding;

  expect((await results).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await client.findDeadLetter({ deadLetterId: id })).actions).toHaveLength(1);
});
