import { afterEach, expect, test } from '@jest/globals';
import { decodeEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { UnroutableMessageError } from '../../messaging/connection/errors.ts';
import { openTestBroker, placeOrder, type TestBroker, takeFrom } from './environment.ts';

let broker: TestBroker;

afterEach(() => broker.close());

const waitingIn = async (queue: string) => (await broker.channel.checkQueue(queue)).messageCount;

test('a command goes to the one queue that takes it, and waits there for its service', async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.ledger, subscriptions.checkoutCommands] });
  const { publisher } = await broker.connectWithPublisher();
  const command = placeOrder();

  await publisher.publish([command]);

  const [ledger, commands] = broker.topology.queues;
  const { fields, content } = await takeFrom(broker.channel, commands?.work ?? '');
  expect(fields).toMatchObject({
    exchange: broker.topology.exchanges.commands,
    routingKey: 'checkout.place-order.v1',
  });
  expect(decodeEvent(content)).toEqual(command);
  expect(await waitingIn(ledger?.work ?? '')).toBe(0);
});

test('a command that no queue takes fails its sender, and is kept nowhere', async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.ledger] });
  const { publisher } = await broker.connectWithPublisher();

  const sent = publisher.publish([placeOrder()]);

  await expect(sent).rejects.toBeInstanceOf(UnroutableMessageError);
  await expect(sent).rejects.toThrow(/no queue takes checkout\.place-order\.v1/);
  expect(await waitingIn(broker.topology.unroutedQueue)).toBe(0);
});
