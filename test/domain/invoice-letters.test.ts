import { describe, expect, test } from '@jest/globals';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { invoiceLetters } from '../../services/notification/letters/invoice.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

const seller = readSeller(sellerVariables);
const customer = { name: 'Ada Lovelace', email: 'ada@example.org' };
const amounts = { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 };
const data = {
  ...{ invoiceId: 'i-1', number: 'INV-000017', invoiceNumber: 'INV-000017', paymentId: 'p-1', customer, amounts },
  ...{ dueDate: '2026-03-02', sendBefore: '2199-01-01T00:00:00Z', reason: 'the desk was not free' },
  ...{ open: { amount: 10_800, currency: 'EUR' }, amount: { amount: 10_800, currency: 'EUR' } },
  ...{ allocations: [{ number: 'INV-000017', amount: 10_800 }], credit: 0, toInvoice: 10_800, toCredit: 0 },
};
const written = invoiceLetters.map((letter): [string, string] => {
  const { text } = letter.write({ data } as never, seller) as WrittenLetter;
  return [letter.template, text];
});
const account = [
  'Account holder     Harbour Goods GmbH',
  'IBAN               DE02 1203 0000 0000 2020 51',
  'BIC                BYLADEM1001',
  'Payment reference  INV-000017',
].join('\n');

describe('a letter about an invoice', () => {
  test.each(written)('says at its end who issues the invoice: %s', (_, text) => {
    const end = 'Harbour Goods GmbH\n1 Harbour Road\n20457 Hamburg\nGermany\nTax ID DE999999999\n';
    expect(text.endsWith(`\n\n${end}`)).toBe(true);
    expect(text).not.toMatch(/undefined|\n\n\n/);
  });

  test('has the account and the reference where something is to be paid, and nowhere else', () => {
    const payable = written.filter(([, text]) => text.includes(`\n\n${account}\n\n`)).map(([template]) => template);
    expect(payable).toEqual(['invoice', 'invoice-reminder']);
    expect(written.filter(([, text]) => text.includes('IBAN'))).toHaveLength(2);
  });
});
