import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  amounts,
  bulbs,
  lamps,
  lines,
  openRefundsEnvironment,
  type RefundsEnvironment,
} from './refunds-environment.ts';

let environment: RefundsEnvironment;

beforeAll(async () => {
  environment = await openRefundsEnvironment();
});

afterAll(() => environment.stop());

describe('refunds at once', () => {
  const typeOf = (settled: PromiseSettledResult<unknown>) =>
    settled.status === 'fulfilled' ? 'done' : settled.reason.type;

  test('never give back more pieces or money than was bought', async () => {
    const orderId = await environment.complete('at-once');
    const calls = Array.from({ length: 30 }, (_, index) => environment.request(orderId, `at-once-${index}`, bulbs(1)));
    const outcomes = (await Promise.allSettled(calls)).map(typeOf);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(4);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'LineNotBought']));
  });

  test('of the whole order: one is done', async () => {
    const orderId = await environment.complete('whole-at-once');
    const calls = Array.from({ length: 20 }, (_, index) => environment.request(orderId, `whole-at-once-${index}`));
    const outcomes = (await Promise.allSettled(calls)).map(typeOf);
    expect(outcomes.sort()).toEqual([...Array.from({ length: 19 }, () => 'RefundTooLarge'), 'done']);
  });

  test('with the same id make one', async () => {
    const orderId = await environment.complete('same-id');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => environment.request(orderId, 'r-same-id', lamps(1))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await environment.request(orderId, 'r-same-rest')).toMatchObject({
      lines: [{ sku: 'LAMP', quantity: 1 }, lines[1]],
    });
  });

  test('with the same id for different orders: one order has it', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => environment.complete(`crossing-${index}`)));
    const outcomes = (await Promise.allSettled(ids.map((orderId) => environment.request(orderId, 'r-crossing')))).map(
      typeOf,
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'IdempotencyConflict']));
  });

  test('beside completions and cancellations leave exactly the order', async () => {
    const orderId = await environment.complete('mixed');
    const refundIds = Array.from({ length: 40 }, (_, index) => `mixed-${index}`);
    await Promise.allSettled(
      refundIds.flatMap((refundId, index) => [
        environment.request(orderId, refundId, index % 2 === 0 ? bulbs(1) : lamps(1)),
        index % 3 === 0
          ? environment.orders.completeRefund({ orderId, refundId })
          : environment.orders.cancelRefund({ orderId, refundId }),
      ]),
    );
    for (const { refundId, state } of (await environment.orders.findOrder({ orderId })).refunds) {
      if (state === 'requested') await environment.orders.completeRefund({ orderId, refundId });
    }
    const last = await environment.request(orderId, 'mixed-last').catch(({ type }) => type);
    if (last !== 'RefundTooLarge') await environment.orders.completeRefund({ orderId, refundId: 'mixed-last' });
    expect(await environment.orders.findOrder({ orderId })).toMatchObject({ refunded: amounts.total });
    const { refunds } = await environment.orders.findOrder({ orderId });
    const back = refunds.filter(({ state }) => state === 'completed').flatMap(({ lines: taken }) => taken);
    expect(back.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(6);
  });
});
