import type { FileLine } from '../../ops/replay/read.ts';

/** Lines of a file, each with what it changes in a good one. */
export const fileOf = (...changes: readonly Partial<FileLine>[]): FileLine[] =>
  changes.map((change, index) => ({
    line: index + 2,
    InvoiceNo: '700001',
    StockCode: '10001',
    Description: 'LANTERN',
    Quantity: 1,
    InvoiceDate: '2026-03-02T08:00:00Z',
    UnitPrice: '4.50',
    CustomerID: '90001',
    Country: 'United Kingdom',
    ...change,
  }));
