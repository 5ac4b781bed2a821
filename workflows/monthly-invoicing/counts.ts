import type { InvoicingCounts } from './contract.ts';

export const noCounts: InvoicingCounts = { created: 0, existing: 0, nothingToCharge: 0, held: 0, failed: 0, total: 0 };

/** What became of the residents of two parts together. */
export const sumOfCounts = (one: InvoicingCounts, other: InvoicingCounts): InvoicingCounts => ({
  created: one.created + other.created,
  existing: one.existing + other.existing,
  nothingToCharge: one.nothingToCharge + other.nothingToCharge,
  held: (one.held ?? 0) + (other.held ?? 0),
  failed: one.failed + other.failed,
  total: one.total + other.total,
});
