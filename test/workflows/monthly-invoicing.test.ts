import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import type { InvoicingResult } from '../../workflows/monthly-invoicing/contract.ts';
import {
  cancelInvoicingUpdate,
  continueUpdate,
  invoicingStatusQuery,
  monthlyInvoicingWorkflow,
  monthlyInvoicingWorkflowId,
  pauseUpdate,
} from '../../workflows/monthly-invoicing/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { servicesOf } from './community-services.ts';
import { CheckoutEnvironment } from './environment.ts';
import { type FakeServices, holdAfter, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

const mary = { by: 'Mary Manager', note: 'the prices are being changed' };

const newId = () => `community-${randomUUID()}/2026-02`;

const start = (
  services: FakeServices,
  invoicingId: unknown = newId(),
  workflowId = `monthly-invoicing/${invoicingId}`,
) =>
  environment.startProviderProcess<InvoicingResult>(
    services,
    monthlyInvoicingWorkflow,
    workflowId,
    { invoicingId },
    { taskQueue: taskQueues.backOffice },
  );

const times = (services: FakeServices, operation: Operation) =>
  services.calls.filter((each) => each === operation).length;

describe('the invoicing of a month', () => {
  test('invoices page by page, and tells what it has come to', async () => {
    const services = servicesOf(250);
    const invoicingId = newId();
    const handle = await start(services, invoicingId);
    expect(await handle.result()).toEqual({
      ...{ invoicingId, outcome: 'completed', undone: [] },
      ...{ created: 245, existing: 0, nothingToCharge: 5, held: 0, failed: 0, total: 250 },
    });
    expect(times(services, 'issueBatch')).toBe(3);
    // Billing has a copy of the accounts: a run of ten thousand residents does not call the customers service.
    expect(times(services, 'findCustomer')).toBe(0);
    expect(services.billing.told).toEqual([handle.firstExecutionRunId]);
    const { opened } = services.billing.runs.get(handle.firstExecutionRunId) ?? {};
    expect(opened).toMatchObject({ owner: `monthly-invoicing/${invoicingId}`, period: '2026-02', dueDay: 31 });
  });

  test('counts those whose customer is unknown as failed, and goes on', async () => {
    const services = servicesOf(120);
    for (const customerId of ['c-000002', 'c-000108']) services.billing.unknown.add(customerId);
    expect(await (await start(services)).result()).toMatchObject({ outcome: 'completed', failed: 2, total: 120 });
  });

  test('of a community without residents is completed', async () => {
    const services = servicesOf(0);
    expect(await (await start(services)).result()).toMatchObject({ outcome: 'completed', created: 0, total: 0 });
    expect(times(services, 'issueBatch')).toBe(0);
  });

  test('again, under the same id, creates nothing', async () => {
    const services = servicesOf(150);
    const invoicingId = newId();
    await (await start(services, invoicingId)).result();
    const again = await (await start(services, invoicingId)).result();
    expect(again).toMatchObject({ outcome: 'completed', created: 0, existing: 147, nothingToCharge: 3, total: 150 });
    expect(services.billing.told).toHaveLength(2);
  });

  test('under a strange id is done under its own one', async () => {
    const services = servicesOf(1);
    const invoicingId = newId();
    environment.share(services, [monthlyInvoicingWorkflowId(invoicingId)]);
    const handle = await start(services, invoicingId, `strange/${randomUUID()}`);
    expect(await handle.result()).toMatchObject({ invoicingId, outcome: 'completed', created: 1 });
  });

  test('keeps no resident and no invoice in its history', async () => {
    const services = servicesOf(200);
    const handle = await start(services);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const text = JSON.stringify(events, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    expect(text).not.toMatch(/Ada|example\.org|Rent/);
    expect(text.length).toBeLessThan(60_000);
    expect(events?.length).toBeLessThan(30);
  });
});

describe('is refused, and issues nothing,', () => {
  test.each<[string, unknown, string]>([
    ['a month that is a number', 202602, 'InvalidRequest'],
    ['a month that there is not', 'oak-court/2026-13', 'InvalidRequest'],
    ['a community that there is not', 'none/2026-02', 'UnknownCommunity'],
  ])('%s', async (_, invoicingId, type) => {
    const services = servicesOf(1);
    const handle = await start(services, invoicingId, `monthly-invoicing/${String(invoicingId)}`);
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type }, undone: [] });
    expect(times(services, 'issueBatch')).toBe(0);
  });

  test.each(['PeriodNotBegun', 'RunInProgress'] as const)('what billing refuses as %s', async (type) => {
    const services = servicesOf(1).interfere('openRun', { before: refuse(type) });
    expect(await (await start(services)).result()).toMatchObject({ outcome: 'refused', reason: { type }, undone: [] });
    expect(services.billing.runs.size).toBe(0);
  });
});

test('has failed, and was not cancelled, when billing says that its run is closed', async () => {
  const services = servicesOf(1).interfere('issueBatch', { before: refuse('InvalidState') });
  const handle = await start(services);
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidState' } });
  expect(await handle.query(invoicingStatusQuery)).toMatchObject({ state: 'failed', undone: ['close the run'] });
});

describe('a call whose answer was lost', () => {
  test.each<Operation>(['findCommunity', 'openRun', 'listBillable', 'issueBatch', 'closeRun'])(
    '%s is made again, and nothing is counted or told twice',
    async (operation) => {
      const services = servicesOf(150);
      services.interfere(operation, { after: (attempt) => (attempt === 1 ? refuse('DeadlineExceeded')() : undefined) });
      expect(await (await start(services)).result()).toMatchObject({
        ...{ outcome: 'completed', created: 147, existing: 0, nothingToCharge: 3, failed: 0, total: 150 },
      });
      expect(services.billing.told).toHaveLength(1);
    },
  );

  test('that keeps failing has an operator look after it, and no resident is left out', async () => {
    const services = servicesOf(150);
    services.interfere('listBillable', {
      before: (_, { now }) => {
        away ??= now;
        if (now < away + 3_600_000) refuse('Unavailable')();
      },
    });
    let away: number | undefined;
    const handle = await start(services);
    expect(await handle.result()).toMatchObject({ outcome: 'completed', total: 150 });
    const { startTime, closeTime } = await handle.describe();
    expect((closeTime?.getTime() ?? 0) - startTime.getTime()).toBeGreaterThan(3_600_000);
  });
});

describe('people', () => {
  test('pause it after the batch that is under way, and continue it', async () => {
    const services = servicesOf(250);
    const held = holdAfter(services, 'issueBatch');
    const handle = await start(services);
    await held.reached;
    expect(await handle.executeUpdate(pauseUpdate, { args: [mary] })).toMatchObject({ decision: 'pause', ...mary });
    held.goOn();
    await waitUntil(async () => (await handle.query(invoicingStatusQuery)).state === 'paused', { within: 20_000 });
    expect(await handle.query(invoicingStatusQuery)).toMatchObject({ created: 98, total: 100 });
    await environment.skipTime(24 * 3_600_000);
    expect(times(services, 'issueBatch')).toBe(1);
    await expect(handle.executeUpdate(pauseUpdate, { args: [mary] })).rejects.toMatchObject({
      cause: { type: 'InvalidState' },
    });
    await handle.executeUpdate(continueUpdate, { args: [mary] });
    expect(await handle.result()).toMatchObject({ outcome: 'completed', created: 245, total: 250 });
    const { decisions } = await handle.query(invoicingStatusQuery);
    expect(decisions.map(({ decision }) => decision)).toEqual(['pause', 'continue']);
  });

  test('cannot continue what is not paused, nor decide without a name', async () => {
    const services = servicesOf(1);
    const held = holdAfter(services, 'issueBatch');
    const handle = await start(services);
    await held.reached;
    const refused = (type: string) => ({ cause: { type } });
    await expect(handle.executeUpdate(continueUpdate, { args: [mary] })).rejects.toMatchObject(refused('InvalidState'));
    await expect(handle.executeUpdate(pauseUpdate, { args: [{ ...mary, by: '' }] })).rejects.toMatchObject(
      refused('InvalidRequest'),
    );
    held.goOn();
    await handle.result();
  });

  test.each([false, true])('cancel it after the batch that is under way (paused before: %s)', async (isPaused) => {
    const services = servicesOf(250);
    const held = holdAfter(services, 'issueBatch');
    const handle = await start(services);
    await held.reached;
    if (isPaused) await handle.executeUpdate(pauseUpdate, { args: [mary] });
    const cancelling = await handle.startUpdate(cancelInvoicingUpdate, { waitForStage: 'ACCEPTED' });
    held.goOn();
    const cancelled = await cancelling.result();
    expect(cancelled).toMatchObject({ outcome: 'cancelled', created: 98, nothingToCharge: 2, total: 100 });
    expect(await handle.result()).toEqual(cancelled);
    expect(services.billing.told).toEqual([]);
    expect([...services.billing.runs.values()].map(({ state }) => state)).toEqual(['cancelled']);
  });

  test('cancel the workflow in Temporal, and the batch that is under way is issued', async () => {
    const services = servicesOf(250);
    const held = holdAfter(services, 'issueBatch');
    const handle = await start(services);
    await held.reached;
    await handle.cancel();
    await handle.query(invoicingStatusQuery);
    held.goOn();
    await expect(handle.result()).rejects.toMatchObject({ message: expect.stringContaining('cancelled') });
    expect(services.billing.invoiced.size).toBe(98);
    expect([...services.billing.runs.values()].map(({ state }) => state)).toEqual(['cancelled']);
  });
});

test('more than 500 pages go on in another run of the same workflow, and are one run of billing', async () => {
  const services = servicesOf(50_050);
  const handle = await start(services);
  const result = await handle.result();
  expect(result).toMatchObject({ outcome: 'completed', created: 49_049, nothingToCharge: 1_001, total: 50_050 });
  const last = await environment.client.workflow.getHandle(handle.workflowId).describe();
  expect(last.runId).not.toBe(handle.firstExecutionRunId);
  expect([...services.billing.runs.keys()]).toEqual([handle.firstExecutionRunId]);
  expect(times(services, 'issueBatch')).toBe(501);
}, 120_000);

// The last one: the activity of a terminated workflow holds the clock of the server.
test('the invoicing of a month that was terminated is taken over by the next one', async () => {
  const services = servicesOf(250);
  const invoicingId = newId();
  const held = holdAfter(services, 'issueBatch');
  const first = await start(services, invoicingId);
  await held.reached;
  await first.terminate('in a test');
  held.goOn();
  const next = await (await start(services, invoicingId)).result();
  expect(next).toMatchObject({ outcome: 'completed', created: 147, existing: 98, total: 250 });
  expect(services.billing.runs.get(first.firstExecutionRunId)).toMatchObject({ state: 'interrupted' });
  expect(services.billing.invoiced.size).toBe(245);
});
