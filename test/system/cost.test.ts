import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, Connection } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { type HistoryCost, historyCost } from '../../client/history-cost.ts';
import { cart } from '../../demo/shop.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { openClients } from '../clients.ts';

describe('what a checkout costs', () => {
  let temporal: Client;
  let connection: Connection;
  let checkouts: CheckoutClient;

  beforeAll(async () => {
    ({ temporal, connection, checkouts } = await openClients());
  });

  afterAll(() => connection.close());

  /** Runs a checkout to its end and counts in its history. */
  async function costOf(changes: Parameters<typeof cart>[1] = {}): Promise<{
    outcome: string;
    cost: HistoryCost;
    /** How often its milestones were published by the regular activity of the bridge. */
    publications: number;
  }> {
    const checkoutId = `cost-${randomUUID()}`;
    await checkouts.startCheckout(cart(checkoutId, changes));
    const { outcome } = await checkouts.waitForResult(checkoutId);
    const history = await temporal.workflow.getHandle(checkoutWorkflowId(checkoutId)).fetchHistory();
    const publications = (history.events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'publishMilestones',
    );
    return { outcome, cost: historyCost(history), publications: publications.length };
  }

  test('a happy one stays within 28 events and 7 billable actions', async () => {
    const { outcome, cost } = await costOf();

    expect(outcome).toBe('completed');
    expect(cost.events).toBeLessThanOrEqual(28);
    expect(cost.billableActions).toBeLessThanOrEqual(7);
  });

  test('a happy one publishes its milestones at once, without the bridge', async () => {
    const { outcome, publications } = await costOf();

    expect(outcome).toBe('completed');
    expect(publications).toBe(0);
  });

  test('a happy one costs what it cost before', async () => {
    const { cost } = await costOf();

    expect(cost).toEqual({ events: 26, workflowTasks: 3, activities: 2, localActivities: 6, billableActions: 7 });
  });
});
