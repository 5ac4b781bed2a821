import { describe, expect, test } from '@jest/globals';
import { integrationEvents } from '../../events/contracts/index.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { commandedLetters, letters } from '../../services/notification/letters/index.ts';
import { invoiceLetters } from '../../services/notification/letters/invoice.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

const seller = readSeller(sellerVariables);
const customer = { name: 'Ada Lovelace', email: 'ada@example.org' };
const amounts = { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 };
const data = {
  ...{ invoiceId: 'i-1', number: 'INV-000017', invoiceNumber: 'INV-000017', paymentId: 'p-1', customer, amounts },
  ...{ dueDate: '2026-03-02', sendBefore: '2199-01-01T00:00:00Z', reason: 'the desk was not free' },
  ...{ amount: { amount: 10_800, currency: 'EUR' } },
  ...{ allocations: [{ number: 'INV-000017', amount: 10_800 }], credit: 0, toInvoice: 10_800, toCredit: 0 },
};
/** What is open stands in a reminder with its currency. */
const openOf = (template: string) =>
  template === 'invoice-reminder' ? { open: { amount: 10_800, currency: 'EUR' } } : {};
const ofInvoices = invoiceLetters.map((letter): [string, string] => {
  const { text } = letter.write({ data: { ...data, ...openOf(letter.template) } } as never, seller) as WrittenLetter;
  return [letter.template, text];
});
const account = [
  'Account holder     Harbour Goods GmbH',
  'IBAN               DE02 1203 0000 0000 2020 51',
  'BIC                BYLADEM1001',
  'Payment reference  INV-000017',
].join('\n');

describe('a letter about an invoice', () => {
  test.each(ofInvoices)('says at its end who issues the invoice: %s', (_, text) => {
    const end = 'Harbour Goods GmbH\n1 Harbour Road\n20457 Hamburg\nGermany\nTax ID DE999999999\n';
    expect(text.endsWith(`\n\n${end}`)).toBe(true);
    expect(text).not.toMatch(/undefined|\n\n\n/);
  });

  test('has the account and the reference where something is to be paid, and nowhere else', () => {
    const payable = ofInvoices.filter(([, text]) => text.includes(`\n\n${account}\n\n`)).map(([template]) => template);
    expect(payable.toSorted()).toEqual(['invoice', 'invoice-reminder', 'payment-reversal']);
    expect(ofInvoices.filter(([, text]) => text.includes('IBAN'))).toHaveLength(3);
  });
});

const examples = readJsonFiles('examples');

/** The letter that answers the example of a message. */
function written(type: string, changes: object): WrittenLetter | undefined {
  const letter = [...letters, ...commandedLetters].find(({ event }) => integrationEvents[event].type === type);
  return letter?.write({ data: { ...Object(examples.get(type)?.['data']), ...changes } } as never, seller);
}

describe('the mail of an invoice', () => {
  const text = (open?: number) => written('notification.send-invoice-email.v1', { open })?.text;

  test('asks for all of it', () => {
    expect(text()).toContain('\n\nPlease pay 108.00 EUR by 2026-03-02. With a transfer, give the payment reference.\n');
  });

  test('says what credit has paid, and asks for the rest', () => {
    expect(text(6_600)).toContain(
      '\n\n42.00 EUR are settled already. Please pay the other 66.00 EUR by 2026-03-02. With a transfer, give the payment reference.\n',
    );
  });

  test('asks for nothing when nothing is left to pay', () => {
    expect(text(0)).toContain('\n\nIt is settled already: you have nothing to pay.\n');
    expect(text(0)).not.toMatch(/Please pay|IBAN/);
  });
});

describe('the mail about a month', () => {
  const text = (changes: object) => written('billing.monthly-invoicing.completed.v1', changes)?.text ?? '';

  test('has a line for each count', () => {
    const lines = text({}).split('\n');
    expect(lines.filter((line) => /\d$/.test(line))).toEqual([
      'invoices issued          977',
      'of them on hold            5',
      'invoiced before            0',
      'nothing to charge         20',
      'failed                     3',
      'residents               1000',
    ]);
  });

  test('says what becomes of invoices that are on hold, if there are any', () => {
    const sentence = '5 invoices are on hold, as their customers are banned: they are mailed when the ban is lifted.';
    expect(text({})).toContain(`\n\n${sentence}\n`);
    expect(text({ held: 0 })).not.toContain('are on hold');
  });
});

describe('the reminder of an invoice', () => {
  const reminder = (sendBefore: Date) =>
    written('billing.invoice.reminder-due.v1', { sendBefore: sendBefore.toISOString() });

  test('asks for what is open', () => {
    const later = new Date(Date.now() + 3_600_000);
    expect(reminder(later)).toMatchObject({
      subject: 'Your invoice INV-000017 is due on 2199-03-02',
      text: expect.stringContaining('and 108.00 EUR of it are still open.'),
    });
  });

  test('that is replayed on the next day is dropped', () => {
    expect(reminder(new Date(Date.now() - 1))).toBeUndefined();
  });
});
