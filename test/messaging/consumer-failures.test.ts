import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql, type Transaction } from 'kysely';
import { encodeEvent, typeOf } from '../../events/integration-event.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { openDatabase } from '../../platform/database.ts';
import { type ConsumerTest, openConsumerTest, retryTiers } from './consumer-environment.ts';
import { databaseUrl, paymentProcessed, takeFrom } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

const subjects = (events: readonly { subject: string }[]) => events.map(({ subject }) => subject).sort();

describe('messages that can never be handled', () => {
  const event = paymentProcessed();
  const body = (change: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(encodeEvent(event).toString('utf8')), ...change }));

  test.each([
    ['no JSON', Buffer.from('{'), 'unreadable'],
    ['no CloudEvent', Buffer.from('{"id":"1"}'), 'unreadable'],
    ['a type that does not exist', body({ type: 'checkout.nothing.happened.v1' }), 'unknown-type'],
    ['a major version of the future', body({ type: 'checkout.payment.processed.v2' }), 'unknown-version'],
    ['data against the contract', body({ data: { checkoutId: 'c-1' } }), 'invalid-data'],
    [
      'an event that the consumer does not take',
      body({ type: typeOf('OrderPlaced'), data: orderPlaced() }),
      'unsubscribed',
    ],
  ])('%s is parked at once, unchanged', async (_, content, reason) => {
    const { publisher } = await run.consume();

    await publisher.send({ ...toMessage(event, run.broker.topology), content });

    const parked = await takeFrom(run.broker.channel, run.queue.dead);
    expect(parked.content).toEqual(content);
    expect(parked.properties.headers).toMatchObject({
      'x-dead-reason': reason,
      'x-original-exchange': run.broker.topology.exchanges.events,
      'x-original-routing-key': typeOf('PaymentProcessed'),
      'x-error-message': expect.any(String),
    });
  });

  function orderPlaced() {
    const { paymentId: _, ...order } = paymentProcessed().data;
    return { ...order, itemCount: 1 };
  }
});

describe('failures', () => {
  test('an event that fails for a while goes through the tiers and is handled', async () => {
    let failures = 0;
    const { publisher } = await run.consume(async () => {
      failures += 1;
      if (failures <= retryTiers.length) throw new Error('not yet');
    });
    const event = paymentProcessed();

    await publisher.publish([event]);

    await run.effects(1);
    expect(await run.finalEffects()).toEqual([event.subject]);
    expect(await run.left()).toBe(0);
    expect(failures).toBe(retryTiers.length + 1);
    expect((await run.broker.channel.checkQueue(run.queue.dead)).messageCount).toBe(0);
  });

  test('an event that always fails is parked with its reason, and its neighbours are handled', async () => {
    const poison = paymentProcessed();
    let failures = 0;
    const { publisher } = await run.consume(async ({ id }) => {
      if (id !== poison.id) return;
      failures += 1;
      throw new TypeError('poison');
    });
    const neighbours = Array.from({ length: 20 }, () => paymentProcessed());

    await publisher.publish([...neighbours.slice(0, 10), poison, ...neighbours.slice(10)]);

    const parked = await takeFrom(run.broker.channel, run.queue.dead);
    expect(parked.content).toEqual(encodeEvent(poison));
    expect(parked.properties).toMatchObject({ messageId: poison.id, correlationId: poison.correlationId });
    const headers = parked.properties.headers ?? {};
    expect(headers).toMatchObject({
      'x-dead-reason': 'retries-exhausted',
      'x-attempt': retryTiers.length,
      'x-error-type': 'TypeError',
      'x-error-message': 'poison',
      'x-original-exchange': run.broker.topology.exchanges.events,
      'x-original-routing-key': typeOf('PaymentProcessed'),
      'x-first-failed-at': expect.stringMatching(/Z$/),
    });
    expect(Object.keys(headers).filter((name) => /death|acquired/.test(name))).toEqual([]);
    expect(await run.finalEffects()).toEqual(subjects(neighbours));
    expect(await run.left()).toBe(0);
    expect(failures).toBeGreaterThan(retryTiers.length);
  });

  test('a parked event that is put back is handled, because its inbox row was never written', async () => {
    let broken = true;
    const { publisher } = await run.consume(async () => {
      if (broken) throw new Error('broken');
    });
    const event = paymentProcessed();
    await publisher.publish([event]);
    const { content } = await takeFrom(run.broker.channel, run.queue.dead);

    broken = false;
    await publisher.send({
      ...toMessage(event, run.broker.topology),
      exchange: '',
      routingKey: run.queue.work,
      content,
    });

    expect(await run.effects(1)).toEqual([event.subject]);
  });

  test.each([
    [
      'in a statement',
      (transaction: Handled) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction),
    ],
    ['between two statements', endConnectionBetweenStatements],
  ])('while the database is away (lost %s) events are held, and not sent through the tiers', async (_, lose) => {
    await run.close();
    run = await openConsumerTest([{ label: '1h', milliseconds: 3_600_000 }]);
    let times = 0;
    const { publisher } = await run.consume(async (_, transaction) => {
      times += 1;
      if (times <= 3) await lose(transaction);
    });
    const events = [paymentProcessed(), paymentProcessed()];

    await publisher.publish(events);

    expect(await run.effects(2)).toEqual(subjects(events));
  });
});

type Handled = Transaction<Record<never, never>>;

/** The client learns of it while it waits for nothing, as when a handler calls another system. */
async function endConnectionBetweenStatements(transaction: Handled): Promise<void> {
  const { rows } = await sql<{ id: number }>`select pg_backend_pid() as id`.execute(transaction);
  const other = openDatabase<unknown>({ url: databaseUrl(), schema: 'public', connections: 1 });
  await sql`select pg_terminate_backend(${rows[0]?.id}, 5000)`.execute(other);
  await other.destroy();
}
