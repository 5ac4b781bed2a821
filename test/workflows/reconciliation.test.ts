import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckoutResult } from '../../workflows/checkout/contract.ts';
import { statusQuery } from '../../workflows/checkout/messages.ts';
import { disputeWorkflowId } from '../../workflows/dispute/messages.ts';
import { paymentReversalWorkflowId } from '../../workflows/payment-reversal/messages.ts';
import { providerRefundWorkflowId } from '../../workflows/provider-refund/messages.ts';
import type { ReconciliationReport } from '../../workflows/reconciliation/contract.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../../workflows/reconciliation/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { FakeServices } from './fake-services.ts';
import { waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;
let count = 0;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

/** Minor units of a refund that was made at the provider. */
const given = 10;

/** A shop with an order, and with what is done to it at the provider. */
class Shop {
  readonly services = new FakeServices();
  readonly refundIds: string[] = [];
  readonly disputeIds: string[] = [];

  constructor() {
    this.services.payments.lists.pageSize = 1;
  }

  get recorded(): Set<string> {
    return this.services.payments.recorded;
  }

  async complete(): Promise<void> {
    await (await environment.start(this.services)).result();
  }

  /** No webhook tells of it. */
  refund(): string {
    count += 1;
    const refundId = `re_${count}`;
    this.services.payments.refundAtProvider(refundId, given);
    environment.share(this.services, [providerRefundWorkflowId(refundId)]);
    this.refundIds.push(refundId);
    return refundId;
  }

  /** The bank decides at once; no webhook tells of it. */
  loseDispute(): string {
    count += 1;
    const disputeId = `dp_${count}`;
    this.services.payments.openDispute(disputeId);
    this.services.payments.decideDispute(disputeId, 'lost');
    environment.share(this.services, [disputeWorkflowId(disputeId)]);
    this.disputeIds.push(disputeId);
    return disputeId;
  }

  reconcile() {
    count += 1;
    const id = reconciliationWorkflowId(String(count));
    return environment.startProviderProcess<ReconciliationReport>(this.services, reconciliationWorkflow, id, {});
  }

  /** Holds the answer of a page, from 1 over all runs, until it may go on. */
  holdPage(page: number): { readonly reached: Promise<void>; readonly goOn: () => void } {
    const reached = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    this.services.interfere('reconcilePage', {
      after: async (attempt) => {
        if (attempt !== page) return;
        reached.resolve();
        await goesOn.promise;
      },
    });
    return { reached: reached.promise, goOn: goesOn.resolve };
  }

  /** What is not in the books. */
  lost(): string[] {
    return [...this.refundIds, ...this.disputeIds].filter((id) => !this.recorded.has(id)).sort();
  }

  /** Waits for the ends of the processes that were started for what was done at the provider. */
  async ends(ids: readonly string[] = [...this.refundIds, ...this.disputeIds]): Promise<void> {
    const workflowIds = ids.map((id) => (id.startsWith('re_') ? providerRefundWorkflowId : disputeWorkflowId)(id));
    await Promise.all(workflowIds.map((id) => environment.client.workflow.getHandle(id).result()));
  }

  /** Asserts that the order, the books and the memory have each of them once, with the money that moved. */
  expectHealedOnce(): void {
    const { orders, broker } = this.services;
    expect(
      orders.refunds
        .completed()
        .map(({ refundId }) => String(refundId))
        .sort(),
    ).toEqual(this.refundIds.toSorted());
    expect(this.recorded).toEqual(new Set([...this.refundIds, ...this.disputeIds]));
    const told = broker.events.filter(({ name }) => /^(ProviderRefunded|Dispute)/.test(name));
    expect(told.map(({ name }) => name).sort()).toEqual(
      [
        ...this.disputeIds.flatMap(() => ['DisputeOpened', 'DisputeClosed']),
        ...this.refundIds.map(() => 'ProviderRefunded'),
      ].sort(),
    );
    expect(broker.conflicts).toEqual([]);
  }
}

async function shop({ refunds = 0, disputes = 0 } = {}): Promise<Shop> {
  const opened = new Shop();
  await opened.complete();
  for (let each = 0; each < refunds; each++) opened.refund();
  for (let each = 0; each < disputes; each++) opened.loseDispute();
  return opened;
}

const idsOf = ({ healed }: ReconciliationReport) => healed.map(({ id }) => id).sort();

const whole = (refunds: number, disputes: number) => ({
  seen: { payments: 1, refunds, disputes },
  pages: 1 + refunds + disputes,
  findings: [],
  findingCount: 0,
});

describe('a comparison with the provider', () => {
  test('that was terminated between its pages leaves to the next one what it has not healed', async () => {
    const opened = await shop({ refunds: 3, disputes: 2 });
    // The payment, two refunds.
    const held = opened.holdPage(3);
    const first = await opened.reconcile();
    await held.reached;
    const found = await first.query<ReconciliationReport>('status');
    await first.terminate('in a test');
    held.goOn();

    const report = await (await opened.reconcile()).result();

    expect(report).toMatchObject(whole(3, 2));
    expect(found).toMatchObject({ seen: { payments: 1, refunds: 1, disputes: 0 }, pages: 2, healedCount: 1 });
    expect([...idsOf(found), ...idsOf(report)].sort()).toEqual([...opened.refundIds, ...opened.disputeIds].sort());
    await opened.ends();
    opened.expectHealedOnce();
    expect(await (await opened.reconcile()).result()).toMatchObject({ ...whole(3, 2), healed: [], healedCount: 0 });
  });

  test('takes up again what was terminated before the books had it', async () => {
    const opened = await shop({ refunds: 1, disputes: 1 });
    const [refundId = '', disputeId = ''] = [opened.refundIds[0], opened.disputeIds[0]];
    const kept = Promise.withResolvers<void>();
    const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    opened.services.interfere('rememberFact', {
      before: async (attempt) => {
        told[attempt - 1]?.resolve();
        if (attempt <= told.length) await kept.promise;
      },
    });
    await (await opened.reconcile()).result();
    await Promise.all(told.map(({ promise }) => promise));
    const ids = [providerRefundWorkflowId(refundId), disputeWorkflowId(disputeId)];
    for (const id of ids) await environment.client.workflow.getHandle(id).terminate('in a test');
    opened.services.interfere('rememberFact', {});
    kept.reject(new Error('its worker is gone'));

    const report = await (await opened.reconcile()).result();

    expect(idsOf(report)).toEqual([disputeId, refundId].sort());
    await opened.ends();
    opened.expectHealedOnce();
  });

  test('heals nothing twice when two of them run at the same time', async () => {
    const opened = await shop({ refunds: 4, disputes: 2 });

    const both = await Promise.all([opened.reconcile(), opened.reconcile()]);
    const reports = await Promise.all(both.map((handle) => handle.result()));

    for (const report of reports) expect(report).toMatchObject(whole(4, 2));
    expect(reports.flatMap(idsOf).sort()).toEqual([...opened.refundIds, ...opened.disputeIds].sort());
    await opened.ends();
    opened.expectHealedOnce();
  });

  test('tells the checkout that waits, though it was terminated just after that', async () => {
    const opened = new Shop();
    const checkout = await environment.start(
      opened.services,
      checkoutRequest({ paymentMethod: 'pm_card_riskLevelElevated' }),
    );
    await waitForStatus(checkout, (status) => status.state === 'in-review');
    const looks = Promise.withResolvers<void>();
    opened.services.interfere('authorize', { before: () => looks.promise });
    opened.services.payments.captureAtProvider();
    opened.refund();
    const held = opened.holdPage(2);
    const first = await opened.reconcile();
    await held.reached;
    expect(await first.query<ReconciliationReport>('status')).toMatchObject({ healedCount: 1 });
    await first.terminate('in a test');
    held.goOn();

    const report = await (await opened.reconcile()).result();

    const paymentId = opened.services.payments.newest();
    expect(report.healed).toContainEqual({ id: paymentId, action: 'checkout told' });
    looks.resolve();
    expect(((await checkout.result()) as CheckoutResult).outcome).toBe('completed');
    expect(await checkout.query(statusQuery)).toMatchObject({ state: 'completed' });
    await opened.ends();
    const captured = opened.services.payments.movements.filter(({ kind }) => kind === 'captured');
    expect(captured).toHaveLength(1);
    expect((await (await opened.reconcile()).result()).healed).toEqual([]);
  });
});

describe('a payment that is of no checkout', () => {
  const workflowId = 'invoice-payment/p-1';
  const request = {
    ...{ paymentId: 'p-1', workflowId, customerId: 'c-42', amount: { amount: 5998, currency: 'USD' } as const },
    paymentMethod: 'pm_card_riskLevelElevated',
  };

  test('has its own workflow told, and what was made of it at the provider taken up', async () => {
    const opened = await shop();
    const { payments } = opened.services;
    payments.authorize(request);
    payments.captureAtProvider('p-1');
    payments.refundAtProvider('re_withoutCheckout', given, 'p-1');
    const waiting = await environment.client.workflow.start('checkout', { workflowId, taskQueue: 'without-workers' });

    const report = await (await opened.reconcile()).result();

    expect(report).toMatchObject({
      seen: { payments: 2, refunds: 1 },
      healed: [
        { id: 'p-1', action: 'workflow told' },
        { id: 're_withoutCheckout', action: 'payment of an invoice taken back' },
      ],
      findingCount: 0,
    });
    const { events } = await waiting.fetchHistory();
    const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? []);
    expect(signals.map(({ signalName }) => signalName)).toEqual(['paymentChanged']);
    await waiting.terminate();
    const takenUp = environment.client.workflow.getHandle(paymentReversalWorkflowId('re_withoutCheckout'));
    expect(await takenUp.describe()).toMatchObject({ type: 'paymentReversal', taskQueue: 'back-office' });
    await takenUp.terminate();
    opened.expectHealedOnce();
  });
});

describe('a comparison of more pages than one run has', () => {
  /** Over the end of the first run: 100 pages. */
  const refunds = 104;

  async function longList(): Promise<Shop> {
    const opened = await shop({ refunds, disputes: 1 });
    // The newest and the oldest are not known here, nor are those around the end of the first run.
    const lost = [0, 3, 4, 5, 6, refunds - 1];
    for (const [index, refundId] of opened.refundIds.entries()) {
      if (!lost.includes(index)) opened.recorded.add(refundId);
    }
    return opened;
  }

  const told = (opened: Shop) => opened.services.published.filter((name) => name === 'ProviderRefunded');

  test('goes on in another run with the page that comes next, and reports on all of them', async () => {
    const opened = await longList();
    const lost = opened.lost();
    const handle = await opened.reconcile();

    const report = await handle.result();

    const last = await environment.client.workflow.getHandle(handle.workflowId).describe();
    expect(last.runId).not.toBe(handle.firstExecutionRunId);
    expect(report).toMatchObject(whole(refunds, 1));
    expect(idsOf(report)).toEqual(lost);
    expect(report.healedCount).toBe(lost.length);
    const { startTime } = await environment.client.workflow
      .getHandle(handle.workflowId, handle.firstExecutionRunId)
      .describe();
    expect(Math.abs(Date.parse(report.startedAt) - startTime.getTime())).toBeLessThan(1_000);
    await opened.ends(lost);
    expect(told(opened)).toHaveLength(6);
    expect(opened.lost()).toEqual([]);
  });

  test('leaves to the next one what it has not healed when its second run is terminated', async () => {
    const opened = await longList();
    const lost = opened.lost();
    const held = opened.holdPage(102);
    const first = await opened.reconcile();
    await held.reached;
    const now = environment.client.workflow.getHandle(first.workflowId);
    const found = await now.query<ReconciliationReport>('status');
    await now.terminate('in a test');
    held.goOn();

    const report = await (await opened.reconcile()).result();

    expect(found).toMatchObject({ seen: { payments: 1, refunds: 100, disputes: 0 }, pages: 101 });
    expect(report).toMatchObject(whole(refunds, 1));
    expect([...idsOf(found), ...idsOf(report)].sort()).toEqual(lost);
    await opened.ends(lost);
    expect(told(opened)).toHaveLength(6);
    expect(opened.lost()).toEqual([]);
  });
});
