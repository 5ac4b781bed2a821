import { describe, expect, test } from '@jest/globals';
import { integrationEvents } from '../../events/contracts/index.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import { invoicePostings } from '../../services/ledger/postings/invoice.ts';

const examples = readJsonFiles('examples');

type Name = keyof typeof invoicePostings;

/** What the example of an event posts: `debit 1200 10800 EUR`. */
function posted(name: Name, changes: object = {}): string[] {
  const data = { ...Object(examples.get(integrationEvents[name].type)?.['data']), ...changes };
  return invoicePostings[name]({ data } as never).flatMap(({ lines }) =>
    lines.map(({ side, account, amount, currency }) => `${side} ${account} ${amount} ${currency}`),
  );
}

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const invoice = { invoiceId: 'invoice-7', number: 'INV-000017' };

describe('in the books', () => {
  test('an invoice of 108.00 is owed, and is revenue and tax', () => {
    expect(posted('InvoiceCreated')).toEqual(['debit 1200 10800 EUR', 'credit 4000 10000 EUR', 'credit 2200 800 EUR']);
  });

  test('a transfer of 150.00 for 108.00 closes the invoice, and the rest is credit', () => {
    const allocations = [{ ...invoice, amount: 10_800 }];
    const transfer = { method: 'transfer', amount: eur(15_000), allocations, credit: 4_200 };
    expect(posted('PaymentReceived', transfer)).toEqual([
      'debit 1000 15000 EUR',
      'credit 1200 10800 EUR',
      'credit 2300 4200 EUR',
    ]);
  });

  test('108.00 paid by card in two parts leaves nothing owed', () => {
    const part = (amount: number) =>
      posted('PaymentReceived', {
        ...{ method: 'card', amount: eur(amount), allocations: [{ ...invoice, amount }], credit: 0 },
      });
    expect([...part(4_000), ...part(6_800)]).toEqual([
      ...['debit 1050 4000 EUR', 'credit 1200 4000 EUR'],
      ...['debit 1050 6800 EUR', 'credit 1200 6800 EUR'],
    ]);
  });

  test('a credit note of 108.00, of which 40.00 were paid, is taken off the invoice and becomes credit', () => {
    const amounts = { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 };
    expect(posted('CreditNoteIssued', { amounts, toInvoice: 6_800, toCredit: 4_000 })).toEqual([
      'debit 4900 10000 EUR',
      'debit 2200 800 EUR',
      'credit 1200 6800 EUR',
      'credit 2300 4000 EUR',
    ]);
  });

  test('a payment of 108.00 that was disputed is owed again, but for what was credit, and its fee is the shop’s', () => {
    const parts = { amount: eur(10_800), toInvoice: 2_800, fromCredit: 8_000, fee: 1_500 };
    expect(posted('PaymentReversed', parts)).toEqual([
      'debit 1200 2800 EUR',
      'debit 2300 8000 EUR',
      'debit 5300 1500 EUR',
      'credit 1050 12300 EUR',
    ]);
    const back = { amount: eur(10_800), toInvoice: 2_800, toCredit: 8_000, feeReturned: 1_500 };
    expect(posted('PaymentReinstated', back)).toEqual([
      'debit 1050 12300 EUR',
      'credit 1200 2800 EUR',
      'credit 2300 8000 EUR',
      'credit 5300 1500 EUR',
    ]);
  });

  test('credit that is applied is owed no more', () => {
    expect(posted('CreditApplied', { amount: eur(4_200) })).toEqual(['debit 2300 4200 EUR', 'credit 1200 4200 EUR']);
  });

  test.each<[Name, object]>([
    ['InvoiceCreated', { amounts: { currency: 'EUR', net: 0, tax: 0, total: 0 } }],
    ['PaymentReceived', { amount: eur(0) }],
    ['PaymentReversed', { amount: eur(0) }],
    ['PaymentReinstated', { amount: eur(0) }],
    ['CreditNoteIssued', { amounts: { currency: 'EUR', net: 0, tax: 0, total: 0 } }],
    ['CreditApplied', { amount: eur(0) }],
  ])('%s of nothing is refused', (name, changes) => {
    expect(() => posted(name, changes)).toThrow('of more than nothing');
  });
});
