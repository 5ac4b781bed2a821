import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeEvent } from '../../events/integration-event.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, paymentProcessed, takeFrom } from './environment.ts';
import { acknowledgement } from './gate.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

/** Deliveries that may be without an acknowledgement, where each is a transaction of its own. */
const prefetch = 100;

const subjects = (events: readonly { subject: string }[]) => events.map(({ subject }) => subject).sort();

describe('each event once', () => {
  test('an event that comes again is handled once', async () => {
    const { publisher } = await run.consume();
    const event = paymentProcessed();
    const last = paymentProcessed();

    await publisher.publish([event, event]);
    await publisher.publish([event, last]);

    expect(await run.effects(2)).toEqual([event.subject, last.subject].sort());
  });

  test('another event under the same id is parked as a conflict', async () => {
    const { publisher } = await run.consume();
    const event = paymentProcessed();
    const other = { ...event, data: { ...event.data, paymentId: 'another' as typeof event.data.paymentId } };

    await publisher.publish([event]);
    await run.effects(1);
    await publisher.publish([other]);

    const parked = await takeFrom(run.broker.channel, run.queue.dead);
    expect(parked.properties.headers).toMatchObject({ 'x-dead-reason': 'conflict' });
    expect(await run.finalEffects()).toEqual([event.subject]);
  });

  test('the same fact recorded at another time is no conflict', async () => {
    const { publisher } = await run.consume();
    const event = paymentProcessed();
    const last = paymentProcessed();

    await publisher.publish([event, { ...event, time: '2026-02-01T00:00:00.000Z', traceparent: '00-a-b-01' }, last]);

    expect(await run.effects(2)).toHaveLength(2);
    expect((await run.broker.channel.checkQueue(run.queue.dead)).messageCount).toBe(0);
  });

  test('a connection that breaks while events are handled changes nothing about it', async () => {
    let handled = 0;
    const reached = Promise.withResolvers<void>();
    const { gate } = await run.consume(
      async () => {
        handled += 1;
        if (handled === 30) {
          gate.cut();
          reached.resolve();
        }
      },
      { batchSize: 7 },
    );
    const events = Array.from({ length: 200 }, () => paymentProcessed());
    const { publisher } = await run.broker.connectWithPublisher();
    await publisher.publish(events);
    await reached.promise;

    await run.effects(events.length);
    expect(await run.finalEffects()).toEqual(subjects(events));
  });

  test('a broker that has lost the acknowledgements and delivers nothing more gets a new subscription', async () => {
    const { gate, connection } = await run.consume(undefined, { stallTimeoutMilliseconds: 200, batchSize: 1 });
    const { publisher } = await run.broker.connectWithPublisher();
    const events = Array.from({ length: prefetch + 50 }, () => paymentProcessed());

    gate.swallow(acknowledgement);
    await publisher.publish(events);
    await eventually(async () => gate.swallowed >= prefetch);
    gate.swallow();

    expect(await run.effects(events.length)).toEqual(subjects(events));
    expect(connection.status).toBe('connected');
    expect(gate.connections).toBe(1);
  });

  test('one process handles events in the order in which they were published', async () => {
    const order: string[] = [];
    const { publisher } = await run.consume(async ({ subject }) => void order.push(subject), { batchSize: 3 });
    const events = Array.from({ length: 100 }, () => paymentProcessed());

    await publisher.publish(events);

    await run.effects(events.length);
    expect(order).toEqual(events.map(({ subject }) => subject));
  });

  test('two processes share the work', async () => {
    let [first, second] = [0, 0];
    const { publisher } = await run.consume(async () => {
      first += 1;
    });
    await run.consume(async () => {
      second += 1;
    });
    const events = Array.from({ length: 300 }, () => paymentProcessed());

    await publisher.publish([...events, ...events]);

    await run.effects(events.length);
    expect(await run.finalEffects()).toEqual(subjects(events));
    expect(Math.min(first, second)).toBeGreaterThan(0);
  });

  test('a process that hangs holds back what it was given ahead, and another one does the rest', async () => {
    const { promise: mended, resolve: mend } = Promise.withResolvers<void>();
    const { publisher } = await run.consume(() => mended);
    const events = Array.from({ length: prefetch + 50 }, () => paymentProcessed());
    await publisher.publish(events);

    await run.consume();
    await run.effects(50);

    mend();
    await run.effects(events.length);
    expect(await run.finalEffects()).toEqual(subjects(events));
  });

  test('a stop finishes what is under way and leaves nothing half done', async () => {
    const entered = Promise.withResolvers<void>();
    const proceed = Promise.withResolvers<void>();
    const { publisher, consumer } = await run.consume(async () => {
      entered.resolve();
      await proceed.promise;
    });
    const [event, later] = [paymentProcessed(), paymentProcessed()];
    await publisher.publish([event]);
    await entered.promise;

    const stopped = consumer.stop();
    // When the broker has confirmed this one it has long taken the consumer's cancellation.
    await publisher.publish([later]);
    proceed.resolve();
    await stopped;

    const left: string[] = [];
    await run.consume(undefined, {
      decode: (content) => {
        const next = decodeEvent(content);
        left.push(next.id);
        return next;
      },
    });
    expect(await run.finalEffects()).toEqual(subjects([event, later]));
    expect(left).not.toContain(event.id);
  });

  test('a stop takes nothing more from a connection that comes back meanwhile', async () => {
    const entered = Promise.withResolvers<void>();
    const proceed = Promise.withResolvers<void>();
    const { publisher, consumer, gate, connection } = await run.consume(async () => {
      entered.resolve();
      await proceed.promise;
    });
    const event = paymentProcessed();
    const others = Array.from({ length: 5 }, () => paymentProcessed());
    await publisher.publish([event]);
    await entered.promise;

    const stopped = consumer.stop();
    gate.cut();
    await eventually(async () => connection.status === 'disconnected');
    await eventually(async () => connection.status === 'connected');
    await publisher.publish(others);
    proceed.resolve();
    await stopped;

    expect(await run.effects(1)).toEqual(subjects([event]));
    await eventually(async () => (await run.left()) === 1 + others.length);
  });

  test('what a defect of the program has left unanswered comes again', async () => {
    let times = 0;
    const { publisher } = await run.consume(undefined, {
      decode: (body) => {
        times += 1;
        if (times === 1) throw new TypeError('a defect');
        return decodeEvent(body);
      },
    });
    const event = paymentProcessed();

    await publisher.publish([event]);

    expect(await run.effects(1)).toEqual([event.subject]);
    expect(await run.finalEffects()).toEqual([event.subject]);
  });

  test('a consumer whose queue was removed subscribes to a new one', async () => {
    const { publisher, connection } = await run.consume(undefined, { stallTimeoutMilliseconds: 3_600_000 });
    await run.broker.channel.deleteQueue(run.queue.work);
    const event = paymentProcessed();

    await eventually(async () => {
      if (connection.status !== 'connected') return false;
      await publisher.publish([event]).catch(() => undefined);
      return (await run.effects(0)).length > 0;
    });

    expect(await run.finalEffects()).toEqual([event.subject]);
  });
});
