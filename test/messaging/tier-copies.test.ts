import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeEvent } from '../../events/integration-event.ts';
import type { OutgoingMessage } from '../../messaging/publishing/outgoing-message.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, paymentProcessed } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

test('a crash after the copy to a retry tier and before the acknowledgement leaves two, and the inbox keeps one', async () => {
  const elsewhere = await run.broker.connectWithPublisher();
  const consuming = Promise.withResolvers<{ gate: { cut(): void }; connection: { status: string } }>();
  let [arrivals, handled] = [0, 0];
  const crashing = {
    async send(message: OutgoingMessage) {
      await elsewhere.publisher.send(message);
      const { gate, connection } = await consuming.promise;
      gate.cut();
      await eventually(async () => connection.status !== 'connected');
    },
  };
  const fail = async () => {
    handled += 1;
    if (handled === 1) throw new Error('not yet');
  };
  const decode = (content: Buffer) => {
    arrivals += 1;
    return decodeEvent(content);
  };
  consuming.resolve(await run.consume(fail, { publisher: crashing, batchSize: 1, decode }));
  const event = paymentProcessed();

  await elsewhere.publisher.publish([event]);

  // The event, the event again and its copy.
  await eventually(async () => arrivals === 3);
  expect(await run.finalEffects()).toEqual([event.subject]);
  expect(handled).toBe(2);
});
