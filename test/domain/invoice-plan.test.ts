import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { planInvoices } from '../../ops/replay/invoice-plan.ts';
import { type FileLine, readOrderFile } from '../../ops/replay/read.ts';
import { invoiceRequestSchema } from '../../workflows/invoice/contract.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

type Raw = Record<'InvoiceNo' | 'Quantity' | 'UnitPrice' | 'CustomerID' | 'InvoiceDate', string>;

/** What the file comes to in pennies, by a reader and a sum that the product has no part in. */
function penniesOf(file: string, counts: (row: Raw) => boolean): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of parse(readFileSync(file), { columns: true }) as Raw[]) {
    if (!counts(row)) continue;
    const [pounds = '', rest = ''] = row.UnitPrice.split('.');
    const key = `${row.CustomerID}-${row.InvoiceDate.slice(0, 7)}`;
    const amount = BigInt(row.Quantity) * BigInt(`${pounds}${rest.padEnd(2, '0')}`);
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  }
  return sums;
}

const total = (lines: readonly { readonly quantity: number; readonly unitPrice: number }[]) =>
  lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n);

describe('real orders as invoices', () => {
  const file = fileOf('online-retail-excerpt.csv');
  const isOrder = ({ CustomerID, InvoiceNo }: Raw) => CustomerID !== '' && !InvoiceNo.startsWith('C');

  test('are one for each customer and month, of the sum of the file to the penny', async () => {
    const { invoices } = planInvoices((await readOrderFile(file)).lines, 'p-');
    const expected = penniesOf(file, isOrder);
    expect(new Map(invoices.map(({ invoiceId, lines }) => [invoiceId.slice(2), total(lines)]))).toEqual(expected);
    expect(invoices).toHaveLength(10);
    for (const invoice of invoices) expect(() => invoiceRequestSchema.parse(invoice)).not.toThrow();
  });

  test('have all that was ordered as a line of its own, postage and gifts as well', async () => {
    const { lines } = await readOrderFile(file);
    const { invoices } = planInvoices(lines, '');
    const rows = (parse(readFileSync(file), { columns: true }) as Raw[]).filter(isOrder);
    expect(invoices.flatMap((invoice) => invoice.lines)).toHaveLength(rows.length);
    const descriptions = invoices.flatMap((invoice) => invoice.lines).map(({ description }) => description);
    expect(descriptions).toContain('536370: POSTAGE (POST)');
  });

  test('have credit notes for what was cancelled, as far as it was invoiced in the month', async () => {
    const { creditNotes, refused } = planInvoices((await readOrderFile(file)).lines, '');
    expect(creditNotes.map(({ creditNoteId, invoiceId, amount }) => [creditNoteId, invoiceId, amount])).toEqual([
      ['C536379', '14527-2010-12', 2_750],
      ['C536383', '15311-2010-12', 465],
      ['C536817', '14156-2010-12', 750],
      ['C536826', '17924-2010-12', 2_325],
      ['C537164', '14527-2010-12', 2_929],
    ]);
    const isLeft = ({ InvoiceNo }: Raw) => refused.some(({ invoice }) => invoice === InvoiceNo);
    const sum = (counts: (row: Raw) => boolean) =>
      [...penniesOf(file, counts).values()].reduce((all, one) => all + one, 0n);
    const credited = creditNotes.reduce((all, { amount }) => all + BigInt(amount), 0n);
    expect(sum((row) => row.InvoiceNo.startsWith('C') && !isLeft(row))).toBe(-credited);
  });

  test('leave out no line without a reason', async () => {
    const { lines } = await readOrderFile(file);
    const { invoices, creditNotes, refused } = planInvoices(lines, '');
    const credited = lines.filter(({ InvoiceNo }) =>
      creditNotes.some(({ creditNoteId }) => creditNoteId === InvoiceNo),
    );
    const invoiced = invoices.flatMap((invoice) => invoice.lines);
    expect(invoiced.length + credited.length + refused.length).toBe(lines.length);
    expect([...new Set(refused.map(({ reason }) => reason))].sort()).toEqual(['no-customer', 'nothing-invoiced']);
  });
});

describe('what no invoice takes', () => {
  const line = (change: Partial<FileLine> = {}): FileLine => ({
    ...{ line: 2, InvoiceNo: '1', StockCode: '10001', Description: 'Lamp', Quantity: 1, UnitPrice: '1.00' },
    ...{ InvoiceDate: '2026-02-01T08:00:00Z', CustomerID: 'c-1', Country: 'Germany', ...change },
  });

  test.each([
    [{ CustomerID: '' }, 'no-customer'],
    [{ CustomerID: 'c 1' }, 'invalid-customer'],
    [{ Country: 'Atlantis' }, 'unknown-country'],
    [{ Quantity: 0 }, 'no-quantity'],
    [{ Quantity: -1 }, 'no-quantity'],
    [{ Quantity: 1_000_001 }, 'no-quantity'],
    [{ InvoiceNo: 'C1', Quantity: 1 }, 'no-quantity'],
    [{ UnitPrice: '0.125' }, 'no-price'],
    [{ UnitPrice: '-1.00' }, 'no-price'],
    [{ UnitPrice: '1000000.00' }, 'no-price'],
    [{ UnitPrice: '0' }, 'nothing-to-pay'],
    [{ InvoiceNo: 'C1', Quantity: -1 }, 'nothing-invoiced'],
  ])('%j is refused by its reason', (change, reason) => {
    const plan = planInvoices([line(change)], '');
    expect(plan).toEqual({
      customers: [],
      invoices: [],
      creditNotes: [],
      refused: [expect.objectContaining({ reason })],
    });
  });

  test('of one month goes into a second invoice: more lines, or a larger sum, than one carries', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => line({ line: index + 2 }));
    expect(planInvoices(many, '').invoices.map(({ invoiceId, lines }) => [invoiceId, lines.length])).toEqual([
      ['c-1-2026-02', 1_000],
      ['c-1-2026-02-2', 1],
    ]);
    const large = [line({ UnitPrice: '999999.99' }), line({ UnitPrice: '0.01' })];
    expect(planInvoices(large, '').invoices).toHaveLength(2);
  });

  test('is a cancellation of more than is left; those before it are credited', () => {
    const cancellation = (number: string, price: string) => line({ InvoiceNo: number, Quantity: -1, UnitPrice: price });
    const lines = [
      line({ UnitPrice: '10.00' }),
      cancellation('C2', '6.00'),
      cancellation('C3', '4.01'),
      cancellation('C4', '4.00'),
    ];
    const { creditNotes, refused } = planInvoices(lines, '');
    expect(creditNotes.map(({ creditNoteId, amount }) => [creditNoteId, amount])).toEqual([
      ['C2', 600],
      ['C4', 400],
    ]);
    expect(refused).toMatchObject([{ invoice: 'C3', reason: 'nothing-invoiced' }]);
  });

  test('is of another month: each has its invoice', () => {
    const months = ['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z'].map((InvoiceDate) => line({ InvoiceDate }));
    expect(planInvoices(months, '').invoices.map(({ invoiceId }) => invoiceId)).toEqual(['c-1-2026-01', 'c-1-2026-02']);
  });
});
