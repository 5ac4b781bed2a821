import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createBridgeActivities } from '../../bridge/activities.ts';
import type { MilestoneBatch } from '../../bridge/milestone.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';
import {
  amounts,
  amqpUrl,
  checkoutOf,
  eventually,
  openTestBroker,
  placeOrder,
  quiet,
  type TestBroker,
} from './environment.ts';

let broker: TestBroker;
let heard: EventRecorder;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [] });
  heard = await recordEvents(amqpUrl(), { topology: broker.topology, logger: quiet });
});

afterEach(async () => {
  await heard.close();
  await broker.close();
});

const { checkoutId, order } = checkoutOf('c-1');

const batch: MilestoneBatch<typeof integrationEvents> = {
  correlationId: checkoutId,
  subject: checkoutId,
  milestones: [
    { name: 'OrderPlaced', sequence: 1, time: '2026-01-31T12:00:00.000Z', data: { ...order, amounts, itemCount: 3 } },
    {
      name: 'InventoryReserved',
      sequence: 2,
      time: '2026-01-31T12:00:01.000Z',
      data: { ...order, reservationId: 'c-1', itemCount: 3 },
    },
  ],
};

const publishIn = (
  workflowId: string,
  runId: string,
  publisher: Parameters<typeof createBridgeActivities>[0]['publisher'],
  milestones = batch.milestones,
) =>
  new MockActivityEnvironment({ workflowExecution: { workflowId, runId } }).run(
    createBridgeActivities({ contracts: integrationEvents, publisher }).publishMilestones,
    { ...batch, milestones },
  );

test('milestones become events, in their order', async () => {
  const { publisher } = await broker.connectWithPublisher();

  await publishIn('checkout/c-1', 'run-1', publisher);
  await heard.waitFor('InventoryReserved');

  expect(heard.events).toMatchObject([
    { name: 'OrderPlaced', sequence: 1, subject: 'c-1', correlationId: 'c-1', causationId: 'checkout/c-1' },
    { name: 'InventoryReserved', sequence: 2, time: '2026-01-31T12:00:01.000Z' },
  ]);
});

test('another run of the same workflow publishes the same ids', async () => {
  const { publisher } = await broker.connectWithPublisher();

  await publishIn('checkout/c-1', 'run-1', publisher);
  await publishIn('checkout/c-1', 'run-2', publisher);
  await publishIn('checkout/c-2', 'run-3', publisher);
  await eventually(async () => heard.events.length === 6);

  const ids = heard.events.map(({ id }) => id);
  expect(ids.slice(2, 4)).toEqual(ids.slice(0, 2));
  expect(new Set(ids).size).toBe(4);
});

test('without a broker the activity fails at once, says where it should be, and is retried', async () => {
  const { publisher, gate, connection } = await broker.connectWithPublisher();
  gate.shut();
  await eventually(async () => connection.status === 'disconnected');

  const failure = await publishIn('checkout/c-1', 'run-1', publisher).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
    message: `The milestones are not published yet: RabbitMQ at ${connection.address} cannot be reached`,
  });
});

type AnyMilestone = MilestoneBatch<typeof integrationEvents>['milestones'][number];

const time = '2026-01-31T12:00:00.000Z';
const hopeless: [string, AnyMilestone, RegExp][] = [
  [
    'a command that no queue takes',
    { name: 'PlaceOrder', sequence: 1, time, data: placeOrder(checkoutId).data },
    /^The milestones are not published yet: no queue takes checkout\.place-order\.v1 from exchange '.+commands'$/,
  ],
  [
    'a milestone against its contract',
    { name: 'OrderPlaced', sequence: 1, time, data: { ...order, amounts, itemCount: 'three' as never } },
    /^The milestones are not published yet: OrderPlaced does not meet its contract: itemCount: .*number/,
  ],
];

test.each(hopeless)(
  '%s fails its activity, which says why and is retried until it is fixed',
  async (_, milestone, why) => {
    const { publisher } = await broker.connectWithPublisher();

    const failure = await publishIn('checkout/c-1', 'run-1', publisher, [milestone]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'Internal', nonRetryable: false, message: expect.stringMatching(why) });
  },
);
