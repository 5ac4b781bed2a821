import { expect } from '@jest/globals';
import type { FakeServices } from './fake-services.ts';

/** Nothing reserved, charged or ordered, and no completion published. */
export function expectNothingLeft(services: FakeServices): void {
  expect(services.order).not.toBe('pending');
  expect(services.order).not.toBe('completed');
  expect(services.reservation).not.toBe('active');
  expect(['none', 'voided', 'refunded']).toContain(services.payment);
  expect(services.purchases).toBe(0);
  expect(services.published).not.toContain('OrderCompleted');
}

/** What must not change: money, stock, order, purchases, the facts that consumers see, and the mails. */
export const left = async (services: FakeServices) => ({
  movements: services.payments.movements.map(({ kind, amount }) => [kind, amount]),
  order: services.order,
  reservation: services.reservation,
  stock: [...services.inventory.stock].map(([sku, shelf]) => [sku, { ...shelf }]),
  purchases: services.purchases,
  published: services.published,
  conflicts: [...services.broker.conflicts],
  mails: await services.broker.mails(),
});
