import { expect } from '@jest/globals';
import type { FakeServices } from './fake-services.ts';

/** Nothing reserved, charged or ordered, and nobody was told otherwise. */
export function expectNothingLeft(services: FakeServices): void {
  expect(services.order).not.toBe('pending');
  expect(services.order).not.toBe('completed');
  expect(services.reservation).not.toBe('active');
  expect(['none', 'voided', 'refunded']).toContain(services.payment);
  expect(services.purchases).toBe(0);
  expect(services.published).not.toContain('OrderCompleted');
}
