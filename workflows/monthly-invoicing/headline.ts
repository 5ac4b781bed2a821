import type { InvoicingCounts } from './contract.ts';

/** Stands beside the state in the Web UI: `977 created, 0 existing, 20 nothing to charge, 5 on hold, 3 failed`. */
export const invoicingHeadline = ({
  total,
  created,
  existing,
  nothingToCharge,
  held = 0,
  failed,
}: Partial<InvoicingCounts>): string | undefined =>
  total === undefined
    ? undefined
    : `${created} created, ${existing} existing, ${nothingToCharge} nothing to charge, ${held} on hold, ${failed} failed`;
