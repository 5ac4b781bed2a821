import { afterEach, beforeEach, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { sql } from 'kysely';
import { encodeEvent, typeOf } from '../../events/integration-event.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { retryTiers } from './consumer-environment.ts';
import { blockedStatements, type DeadLettersTest, openDeadLettersTest } from './dead-letters-environment.ts';
import { amqpUrl, eventually, paymentProcessed } from './environment.ts';
import { acknowledgement } from './gate.ts';

/** In milliseconds. */
const stallTimeoutMilliseconds = 1_000;
/** Deliveries that may be without an acknowledgement. */
const prefetch = 8;

let letters: DeadLettersTest;

beforeEach(async () => {
  letters = await openDeadLettersTest(stallTimeoutMilliseconds);
});

afterEach(() => letters.close());

const first = async () => {
  const [letter] = await letters.archived(1);
  return letters.client.findDeadLetter({ deadLetterId: letter?.deadLetterId as number });
};

/** What is in the dead-letter queue once the archiver has let go of it: what it did not acknowledge has come back. */
const left = async () => {
  await letters.archiver.stop();
  return eventually(async () => {
    const { consumerCount, messageCount } = await letters.run.broker.channel.checkQueue(letters.run.queue.dead);
    return consumerCount === 0 && { messageCount };
  });
};

test('an event that always fails is archived with its error, its attempts and its trace', async () => {
  const event = { ...paymentProcessed(), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const { publisher } = await letters.run.consume(async () => {
    throw new TypeError('the rate is missing\u0000');
  });

  await publisher.publish([event]);

  const { exchanges } = letters.run.broker.topology;
  const letter = await first();
  expect(letter).toMatchObject({
    state: 'parked',
    queue: letters.run.queue.work,
    exchange: exchanges.events,
    routingKey: typeOf('PaymentProcessed'),
    messageId: event.id,
    type: typeOf('PaymentProcessed'),
    subject: event.subject,
    correlationId: event.correlationId,
    deadReason: 'retries-exhausted',
    errorType: 'TypeError',
    errorMessage: 'the rate is missing\u{FFFD}',
    errorStack: expect.stringMatching(/^ {4}at .*dead-letters-archive\.test/),
    attempts: retryTiers.length + 1,
    firstFailedAt: expect.stringMatching(/Z$/),
    archivedAt: expect.stringMatching(/Z$/),
    traceparent: event.traceparent,
    replayOf: null,
    properties: { appId: 'durable-checkout', headers: { 'x-attempt': retryTiers.length } },
    body: { encoding: 'json', content: JSON.parse(encodeEvent(event).toString('utf8')) },
    bodySize: encodeEvent(event).length,
    actions: [],
    failedAgainAs: [],
  });
  expect(await left()).toEqual({ messageCount: 0 });
});

const well = '['.repeat(100_000) + ']'.repeat(100_000);

test.each([
  ['bytes that are no text', Buffer.from([0xff, 0x00, 0x7b]), { encoding: 'base64', content: '/wB7' }],
  ['no JSON', Buffer.from('{"id'), { encoding: 'text', content: '{"id' }],
  ['no event', Buffer.from('{"id":"1","subject":7}'), { encoding: 'json', content: { id: '1', subject: 7 } }],
  ['JSON as deep as a well', Buffer.from(well), { encoding: 'text', content: well }],
  ['a name without an end', Buffer.from(`{"subject":"${'x'.repeat(50_000)}"}`), { encoding: 'json' }],
  ['nothing', Buffer.alloc(0), { encoding: 'text', content: '' }],
])('%s is archived as it is', async (_, content, body) => {
  const { publisher } = await letters.run.consume();
  const message = toMessage(paymentProcessed(), letters.run.broker.topology);
  const headers = { text: '\u0000', number: 1.5 };

  await publisher.send({ ...message, content, properties: { ...message.properties, headers } });

  expect(await first()).toMatchObject({
    deadReason: 'unreadable',
    messageId: message.properties.messageId,
    attempts: 1,
    properties: { headers },
    body,
  });
  const { rows } = await sql<{ body: Buffer }>`select body from dead_letters`.execute(letters.database);
  expect(rows).toEqual([{ body: content }]);
});

test('another event under the same id is archived as a conflict', async () => {
  const { publisher } = await letters.run.consume();
  const event = paymentProcessed();
  const { id } = event;

  await publisher.publish([event]);
  await publisher.publish([{ ...paymentProcessed(event.subject, 1_000), id }]);

  expect(await first()).toMatchObject({ deadReason: 'conflict', messageId: id });
  expect(await letters.run.effects(1)).toHaveLength(1);
});

/** Takes the message and gives it back until the broker gives it up. */
async function letTheBrokerGiveUp() {
  const { broker, queue } = letters.run;
  await eventually(async () => {
    const message = await broker.channel.get(queue.work);
    if (message) broker.channel.reject(message, true);
    return (await letters.archived(0)).length > 0;
  });
}

test('a message that the broker gave up is archived with the reason delivery-limit', async () => {
  const { publisher } = await letters.run.broker.connectWithPublisher();
  const event = paymentProcessed();
  await publisher.publish([event]);

  await letTheBrokerGiveUp();

  expect(await first()).toMatchObject({
    deadReason: 'delivery-limit',
    messageId: event.id,
    subject: event.subject,
    exchange: letters.run.broker.topology.exchanges.events,
    routingKey: typeOf('PaymentProcessed'),
    firstFailedAt: expect.stringMatching(/Z$/),
    errorType: null,
  });
});

test('the reason is delivery-limit also after a retry tier, where the broker had moved the message before', async () => {
  const { publisher } = await letters.run.broker.connectWithPublisher();
  const message = toMessage(paymentProcessed(), letters.run.broker.topology);
  const [tier] = letters.run.queue.retry;
  const headers = { 'x-attempt': 1, 'x-error-message': 'the first try' };

  await publisher.send({
    ...message,
    exchange: '',
    routingKey: tier?.name as string,
    properties: { ...message.properties, headers },
  });
  await letTheBrokerGiveUp();

  expect(await first()).toMatchObject({ deadReason: 'delivery-limit', attempts: 2, errorMessage: 'the first try' });
});

test('a message that is delivered again before it was acknowledged is one dead letter', async () => {
  const { queue } = letters.run;
  const model = await amqp.connect(amqpUrl());
  const { promise: blocked, resolve: release } = Promise.withResolvers<void>();
  const { promise: locked, resolve: hold } = Promise.withResolvers<void>();
  const holding = letters.database.transaction().execute(async (transaction) => {
    await sql`lock table dead_letters in exclusive mode`.execute(transaction);
    hold();
    await blocked;
  });
  await locked;
  const waiting = async (count: number) => (await blockedStatements(letters.database, 'dead_letters')) >= count;

  const channel = await model.createConfirmChannel();
  channel.sendToQueue(queue.dead, Buffer.from('{'), { messageId: 'm-1', headers: { 'x-dead-reason': 'unreadable' } });
  await channel.waitForConfirms();
  await eventually(() => waiting(1));
  letters.gate.cut();
  await eventually(() => waiting(2));
  release();
  await holding;

  await letters.archived(1);
  expect(await left()).toEqual({ messageCount: 0 });
  expect(await letters.archived(1)).toHaveLength(1);
  await model.close();
});

test('while the database refuses, a message stays in its queue', async () => {
  const { publisher } = await letters.run.consume();
  await sql`alter table dead_letters rename to away`.execute(letters.database);

  await publisher.send({ ...toMessage(paymentProcessed(), letters.run.broker.topology), content: Buffer.from('{') });
  await letters.run.finalEffects();
  expect(await left()).toEqual({ messageCount: 1 });

  await sql`alter table away rename to dead_letters`.execute(letters.database);
  expect((await letters.client.listDeadLetters({})).deadLetters).toEqual([]);
});

test('a dead-letter queue that was deleted is declared and consumed again', async () => {
  const { publisher } = await letters.run.consume();
  await letters.run.broker.channel.deleteQueue(letters.run.queue.dead);

  await eventually(async () => {
    const message = { ...toMessage(paymentProcessed(), letters.run.broker.topology), content: Buffer.from('{') };
    const sent = publisher.send({
      ...message,
      exchange: letters.run.broker.topology.exchanges.dead,
      routingKey: letters.run.queue.work,
    });
    return sent.then(
      () => true,
      () => false,
    );
  });

  expect(await letters.archived(1)).toHaveLength(1);
});

test('a broker that has lost the acknowledgements and delivers nothing more gets a new subscription', async () => {
  const { gate, run } = letters;
  const { channel, topology } = run.broker;
  const park = (count: number) => {
    for (let parked = 0; parked < count; parked += 1) {
      channel.publish(topology.exchanges.dead, run.queue.work, encodeEvent(paymentProcessed()));
    }
  };

  gate.swallow(acknowledgement);
  park(prefetch);
  await eventually(async () => gate.swallowed >= prefetch);
  gate.swallow();
  park(2);

  expect(await letters.archived(prefetch + 2)).toHaveLength(prefetch + 2);
  expect(await left()).toMatchObject({ messageCount: 0 });
});
