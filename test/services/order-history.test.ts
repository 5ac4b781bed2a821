import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { createEvent, decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { handleAll } from '../../messaging/consuming/definition.ts';
import { claimEvents } from '../../messaging/consuming/inbox.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { orderHistoryConsumer } from '../../services/order-history/consumer.ts';
import { type OrderHistoryClient, orderHistoryContract } from '../../services/order-history/contract.ts';
import { orderHistoryHandlers } from '../../services/order-history/server.ts';
import type { OrderHistoryTables } from '../../services/order-history/store.ts';
import { historyEvents, type Story, storyOf } from './order-history-stories.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<OrderHistoryTables>;
let history: OrderHistoryClient;

beforeAll(async () => {
  service = await startInProcess('order-history', (database, options) =>
    serveHttp(orderHistoryContract, orderHistoryHandlers(database), options),
  );
  history = createHttpClient(orderHistoryContract, { url: service.url });
});

afterAll(() => service.stop());

/** As the consumer does it: together in one transaction, each event once. */
async function handle(events: readonly IntegrationEvent[]): Promise<void> {
  await service.database.transaction().execute(async (transaction) => {
    const claims = await claimEvents(transaction, orderHistoryConsumer.name, events);
    const fresh = events.filter((_, index) => claims[index] === 'new');
    await handleAll(orderHistoryConsumer, fresh, transaction, (_, effect) => effect());
  });
}

async function forget(orderId: string): Promise<void> {
  await sql`delete from inbox where subject = ${orderId}`.execute(service.database);
  for (const table of ['entries', 'orders']) {
    await sql`delete from ${sql.table(table)} where order_id = ${orderId}`.execute(service.database);
  }
}

const historyOf = (orderId: string) => history.findHistory({ orderId: orderId as never });
/** What is found of an order, and what its customer's list says. */
async function readModel(orderId: string) {
  const { rows } = await sql<object>`select * from orders where order_id = ${orderId}`.execute(service.database);
  return { history: await historyOf(orderId), listed: rows[0] };
}

const story = (): Story => storyOf(`order-${randomUUID()}`);

describe('where an order stands', () => {
  const { placed, reserved, paid, declined, released, completed, cancelled, releasedAfterwards } = story();
  test.each([
    ['placed', [placed]],
    ['reserved', [placed, reserved]],
    ['paid', [placed, reserved, paid]],
    ['completed', [placed, reserved, paid, completed]],
    ['payment-failed', [placed, reserved, declined]],
    ['released', [placed, reserved, declined, released]],
    ['cancelled', [placed, reserved, declined, released, cancelled]],
  ])('%s', async (state, makes) => {
    const orderId = `order-${randomUUID()}`;
    await handle(makes.map((make) => make(orderId)));
    expect(await historyOf(orderId)).toMatchObject({ state });
  });

  test('cancelled, with its reason, when its stock comes back afterwards', async () => {
    const orderId = `order-${randomUUID()}`;
    await handle([placed, reserved, declined, cancelled, releasedAfterwards].map((make) => make(orderId)));
    expect(await historyOf(orderId)).toMatchObject({ state: 'cancelled', reason: 'CardDeclined' });
  });

  test('partly-refunded, then refunded', async () => {
    const { orderId, placed, paid, completed, refunded } = story();
    await handle([placed(), paid(), completed(), refunded('r-1', 2_832)]);
    expect(await historyOf(orderId)).toMatchObject({ state: 'partly-refunded', refunded: 2_832 });
    await handle([refunded('r-2', 3_000)]);
    expect(await historyOf(orderId)).toMatchObject({ state: 'refunded', refunded: 5_832, amounts: { total: 5_832 } });
  });

  test('an order of which only a mail is known is placed, and belongs to no customer yet', async () => {
    const { orderId, mailed } = story();
    await handle([mailed('OrderCompleted')]);
    const found = await historyOf(orderId);
    expect(found.state).toBe('placed');
    expect(found.customerId).toBeUndefined();
  });

  test('an order of which nothing has come in is not found', async () => {
    await expect(historyOf('order-never')).rejects.toMatchObject({ type: 'NotFound', detail: { field: 'orderId' } });
  });
});

test('a history tells what happened in its order, and nothing of whom to write to', async () => {
  const { orderId, placed, reserved, declined, released, cancelled, mailed } = story();
  await handle([cancelled(), mailed('PaymentFailed'), released(), declined(), reserved(), placed()]);
  const { timeline, ...summary } = await historyOf(orderId);
  expect(summary).toMatchObject({ orderId, customerId: 'customer-1', state: 'cancelled', reason: 'CardDeclined' });
  expect(timeline.map(({ event }) => event)).toEqual([
    'OrderPlaced',
    'InventoryReserved',
    'PaymentFailed',
    'InventoryReleased',
    'OrderCancelled',
    'NotificationSent',
  ]);
  expect(timeline[2]).toMatchObject({ reason: 'CardDeclined', message: 'the card was declined', sequence: 3 });
  expect(JSON.stringify(timeline)).not.toContain('ada@example.org');
});

test('a history tells of the mails that were published before their letters were open', async () => {
  const example = readJsonFiles('examples').get('notification.mail.sent.v1');
  const mail = decodeEvent(Buffer.from(JSON.stringify(example))) as IntegrationEvent<'NotificationSent'>;
  await handle([mail]);
  const { orderId, checkoutId, timeline } = await historyOf('c-2026-0131-0042');
  expect([orderId, checkoutId]).toEqual(['c-2026-0131-0042', 'c-2026-0131-0042']);
  expect(timeline).toMatchObject([{ event: 'NotificationSent', template: 'order-confirmation' }]);
});

test('a mail that is about no order is in no history, and those that came with it are', async () => {
  const { orderId, mailed, mailedAbout } = story();
  await handle([mailedAbout('invoice', 'i-1')]);
  await handle([mailedAbout('invoice', 'i-2'), mailed('OrderCompleted'), mailedAbout('payslip', 'p-1')]);
  expect((await historyOf(orderId)).timeline).toMatchObject([{ event: 'NotificationSent' }]);
  for (const id of ['i-1', 'i-2', 'p-1']) await expect(historyOf(id)).rejects.toMatchObject({ type: 'NotFound' });
});

test('a history tells what a dispute takes, and how it ends', async () => {
  const { orderId, completed, disputed } = story();
  await handle([completed(), disputed(), disputed('lost')]);
  const { timeline, state } = await historyOf(orderId);
  const dispute = { disputeId: 'dp_1', amount: 5_832, currency: 'USD' };
  expect(state).toBe('completed');
  expect(timeline.slice(1)).toMatchObject([
    { event: 'DisputeOpened', ...dispute, reason: 'fraudulent' },
    { event: 'DisputeClosed', ...dispute, outcome: 'lost' },
  ]);
});

test('any order of the same events, with repetitions and in any batches, ends in the same read model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(historyEvents, { minLength: 1, maxLength: 8, selector: ({ key }) => key }),
      fc.infiniteStream(fc.nat()),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (drafts, chance, repeated, batchSize) => {
        const orderId = `order-${randomUUID()}`;
        const events = drafts.map(({ make }) => make(orderId));
        await handle(events);
        const expected = await readModel(orderId);
        await forget(orderId);

        const queue = [...events, ...repeated.map((index) => events[index % events.length] as IntegrationEvent)];
        while (queue.length > 0) {
          const batch = Array.from({ length: Math.min(batchSize, queue.length) }, () => {
            const index = (chance.next().value as number) % queue.length;
            return queue.splice(index, 1)[0] as IntegrationEvent;
          });
          await handle(batch);
        }
        expect(await readModel(orderId)).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test('events of one order that two processes handle at the same time are all in its state', async () => {
  for (let round = 0; round < 10; round++) {
    const { orderId, placed, reserved, paid, completed, refunded } = story();
    const all = [placed(), reserved(), paid(), completed(), refunded('r-1', 1_000), refunded('r-2', 4_832)];
    await Promise.all(all.map((event) => handle([event])));
    const { listed } = await readModel(orderId);
    expect(listed).toMatchObject({ state: 'refunded', refunded: 5_832 });
  }
});

describe("a customer's orders", () => {
  const customerId = `customer-${randomUUID()}` as CustomerId;
  const orderIds = Array.from({ length: 7 }, (_, index) => `paged-${randomUUID().slice(0, 8)}-${index}`);

  beforeAll(async () => {
    for (const [index, orderId] of orderIds.entries()) {
      const time = `2026-01-0${Math.floor(index / 2) + 1}T12:00:00.000Z`;
      const { placed } = storyOf(orderId, customerId);
      const { id: _, ...draft } = placed();
      await handle([createEvent({ ...draft, origin: `checkout/${orderId}`, time })]);
    }
  });

  test('come newest first, page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await history.listOrders({ customerId, limit: 3, ...(after && { after }) });
      expect(page.orders.length).toBeLessThanOrEqual(3);
      seen.push(...page.orders.map(({ orderId }) => orderId));
      after = page.next;
    } while (after);
    expect(seen.toSorted()).toEqual(orderIds.toSorted());
    const whole = await history.listOrders({ customerId });
    for (const order of whole.orders) expect(await historyOf(order.orderId)).toMatchObject(order);
    expect(whole.orders.map(({ orderId }) => orderId)).toEqual(seen);
    expect(whole.orders.map(({ beganAt }) => beganAt)).toEqual(
      whole.orders.map(({ beganAt }) => beganAt).toSorted((one, other) => (one < other ? 1 : -1)),
    );
    expect(whole.next).toBeUndefined();
  });

  test('of an unknown customer are none, and a page after an order of another customer is empty', async () => {
    expect(await history.listOrders({ customerId: 'customer-unknown' })).toEqual({ orders: [] });
    const page = await history.listOrders({ customerId: 'customer-unknown', after: orderIds[0] as string });
    expect(page).toEqual({ orders: [] });
  });

  test.each([
    ['limit', { limit: 0 }],
    ['after', { after: '../etc' }],
  ])('with a wrong %s are refused', async (field, more) => {
    await expect(history.listOrders({ customerId, ...more })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
  });
});
