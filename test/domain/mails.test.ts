import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { customerText, failures, failureTypes, isAboutPayment } from '../../contracts/catalogue.ts';
import { currencies } from '../../contracts/currency.ts';
import type { EventData } from '../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { oneLine, sentenceOf } from '../../platform/documents/typed-text.ts';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { recipientName } from '../../services/notification/letter-text.ts';
import { orderCancelled, orderConfirmation, paymentFailed } from '../../services/notification/letters/checkout.ts';
import { orderRefunded } from '../../services/notification/letters/refund.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

const orderId = 'c-1' as never;
const ids = { checkoutId: orderId, orderId, customerId: 'customer-17' as never };
const customer = { name: 'Ada Lovelace', email: 'ada@example.com' };
const amounts = { currency: 'USD', goods: 5_400, discount: 54, shipping: 0, tax: 486, total: 5_832 } as const;
const free = { ...amounts, goods: 0, discount: 0, tax: 0, total: 0 };
/** Messages as services and activities write them. */
const technical = [
  'lines.0.quantity: a quantity is at most 1,000,000.',
  'the payment c-1-1 is captured; it cannot be authorized.',
  'the bank that issued the card declines it; ask the bank that issued it.',
  'connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect (node:net:1637:16)',
];

const seller = readSeller(sellerVariables);

const event = <Name extends 'OrderCompleted' | 'PaymentFailed' | 'OrderCancelled' | 'OrderRefunded'>(
  data: EventData<Name>,
) => ({ id: 'e2c5b8a0-0000-5000-8000-000000000000', data }) as IntegrationEvent<Name>;

interface Told extends WrittenLetter {
  readonly template: string;
}

function lettersFor(reason: string, message: string): Told[] {
  const failed = { ...ids, customer, reason, message, amounts };
  const ofPayment = paymentFailed.write(event<'PaymentFailed'>({ ...failed, paymentId: 'c-1-1' as never }), seller);
  const ofOrder = orderCancelled.write(event<'OrderCancelled'>(failed), seller);
  return [
    ...(ofPayment ? [{ ...ofPayment, template: paymentFailed.template }] : []),
    ...(ofOrder ? [{ ...ofOrder, template: orderCancelled.template }] : []),
  ];
}

const refunded = (more: Partial<EventData<'OrderRefunded'>> = {}) =>
  orderRefunded.write(
    event<'OrderRefunded'>({
      ...ids,
      customer,
      refundId: 'refund-9' as never,
      paymentId: 'c-1-1' as never,
      amounts,
      itemCount: 2,
      reason: 'too bright',
      ...more,
    }),
    seller,
  ) as WrittenLetter;
const confirmed = (more: Partial<EventData<'OrderCompleted'>> = {}) =>
  orderConfirmation.write(
    event<'OrderCompleted'>({ ...ids, customer, amounts, itemCount: 3, ...more }),
    seller,
  ) as WrittenLetter;

const row = /^(?:Goods|Discount|Shipping|Tax|Total) +-?[\d,]+(?:\.\d\d)? [A-Z]{3}$/;
const sentences = /^(?:[A-Z](?:[^.!?\n]|\.(?=\d))*\.)(?: [A-Z](?:[^.!?\n]|\.(?=\d))*\.)*$/;

/** All of it is a salutation, whole sentences and a table of amounts. */
function expectToReadWell({ subject, text }: WrittenLetter): void {
  expect(subject).toMatch(/^[A-Z][^\p{Cc}]*[a-z0-9]$/u);
  const [salutation, ...paragraphs] = text.trimEnd().split('\n\n');
  expect(salutation).toMatch(/^Hello(?: [^\n]+)?,$/);
  for (const paragraph of paragraphs) {
    if (!paragraph.split('\n').every((line) => row.test(line))) expect(paragraph).toMatch(sentences);
  }
  expect(text).not.toMatch(/\.\.|undefined|NaN|null|\[object/);
}

/** Of ids there is the order's alone; nothing is in it that only programs and their makers read. */
function expectNoTrade({ subject, text }: WrittenLetter): void {
  const whole = `${subject}\n${text}`;
  for (const type of failureTypes) expect(whole).not.toContain(type);
  expect(whole).not.toMatch(
    /c-1-\d|customer-17|refund-9|e2c5b8a0|lines\.\d|\w+\.ts\b|\bat \w+\.\w+|\d{4}-\d\d-\d\d|pi_|pm_/,
  );
  for (const message of technical) expect(whole).not.toContain(message.slice(0, 20));
}

test.each(failureTypes)('an order that ends for %s has one mail, with the sentence of the catalogue', (type) => {
  for (const message of technical) {
    const [letter, ...others] = lettersFor(type, message) as [Told, ...Told[]];
    expect(others).toEqual([]);
    expect(letter.template).toBe(isAboutPayment(type) ? 'payment-failed' : 'order-cancelled');
    expect(letter.text).toContain(` ${customerText(type)}\n`);
    expectToReadWell(letter);
    expectNoTrade(letter);
  }
});

test.each(['TypeError', '', 'toString', 'PaymentLost'])(
  'an order that ends for %j, which no catalogue has, is told as ours',
  (type) => {
    const [letter, ...others] = lettersFor(type, 'Cannot read properties of undefined');
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      template: 'order-cancelled',
      text: expect.stringContaining(customerText('Internal')),
    });
    expectToReadWell(letter as Told);
  },
);

test('a cancellation, which a ban or an operator may have asked for, is not told as the wish of the customer', () => {
  expect(lettersFor('CancelledByCustomer', '')[0]?.text).toMatch(
    /as we were asked to, and nothing is charged; please contact us if it was not you\.$/m,
  );
});

test('a refusal of a payment says that nothing was charged', () => {
  const about = failureTypes.filter(isAboutPayment);
  expect(about).toEqual(
    expect.arrayContaining(['CardDeclined', 'InsufficientFunds', 'ChallengeExpired', 'ReviewExpired']),
  );
  for (const type of about) {
    expect([type, failures[type].kind]).toEqual([type, 'expected']);
    expect(lettersFor(type, '')[0]?.text).toMatch(/You do not have to pay anything/);
  }
});

describe('a mail about money', () => {
  test.each([
    ['a sale', confirmed(), /^Thank you for your order c-1 of 3 items\. We have received your payment\.$/m],
    ['one item', confirmed({ itemCount: 1 }), / of 1 item\. /],
    ['a free order', confirmed({ amounts: free }), / of 3 items\. There is nothing to pay\.$/m],
    ['a refund', refunded(), /^We have refunded 2 items of your order c-1\. The money goes back to /m],
    ['a refund of no item', refunded({ itemCount: 0 }), /^We have refunded 58\.32 USD of your order c-1\. The money /m],
    ['a refund of what was free', refunded({ amounts: free }), /Nothing was paid for it, so no money goes back\.$/m],
  ])('says what %s is', (_, letter, words) => {
    expect(letter.text).toMatch(words);
    expectToReadWell(letter);
    expectNoTrade(letter);
  });

  test.each(currencies)('writes amounts of %s as it does everywhere', (currency) => {
    const { text, subject } = refunded({ amounts: { ...amounts, currency, total: 1_234_567 } });
    const total = currency === 'JPY' ? '1,234,567 JPY' : `12,345.67 ${currency}`;
    expect(text).toMatch(new RegExp(`^Total +${total}$`, 'm'));
    expect(subject).toBe(`We have refunded ${total} of your order c-1`);
  });

  test('leaves out the rows that are nothing, but for the total', () => {
    expect(confirmed({ amounts: free }).text.match(/^Total +0\.00 USD$/gm)).toHaveLength(1);
    expect(confirmed({ amounts: free }).text).not.toMatch(/Goods|Discount|Shipping|Tax|-0/);
    expect(confirmed().text).toMatch(/^Goods +54\.00 USD\nDiscount +-0\.54 USD\nTax +4\.86 USD\nTotal +58\.32 USD$/m);
  });
});

describe('what an operator typed as the reason of a refund', () => {
  test.each([
    ['too bright', 'The reason: too bright.'],
    ['issued it..', 'The reason: issued it.'],
    ['It broke!', 'The reason: It broke!'],
    ['so it goes...', 'The reason: so it goes…'],
    ['it "broke."', 'The reason: it "broke."'],
    ['too bright, ', 'The reason: too bright.'],
    ['壊れた。', 'The reason: 壊れた。'],
    ['line one\r\nBcc: all@example.com\u0085\u2028x', 'The reason: line one Bcc: all@example.com x.'],
    ['\u202eever\u0000sed', 'The reason: ever sed.'],
    ['half a character \ud83d', 'The reason: half a character.'],
    ['👩‍👩‍👧 misses it', 'The reason: 👩‍👩‍👧 misses it.'],
  ])('%j ends the mail as "%s"', (reason, last) => {
    expect(refunded({ reason }).text.trimEnd().split('\n').at(-1)).toBe(last);
  });

  test.each(['', ' ', '..', '\u0000', '-', '\u200f'])('%j says nothing, and no reason is told', (reason) => {
    expect(refunded({ reason }).text).not.toContain('reason');
  });

  test('is cut between two characters', () => {
    expect(sentenceOf('👩‍👩‍👧'.repeat(301), 300)).toBe(`${'👩‍👩‍👧'.repeat(300)}…`);
    expect(sentenceOf('x'.repeat(300), 300)).toBe(`${'x'.repeat(300)}.`);
  });
});

describe('the name of a customer', () => {
  test.each([
    ['X', 'Hello X,'],
    ['', 'Hello,'],
    ['   ', 'Hello,'],
    ['.', 'Hello,'],
    ['Ada,', 'Hello Ada,'],
    ['Ada, ;', 'Hello Ada,'],
    ["Renée O'Connor-Müller", "Hello Renée O'Connor-Müller,"],
    ['李小龍', 'Hello 李小龍,'],
    ['Ada\r\nBcc: all@example.com', 'Hello Ada Bcc: all@example.com,'],
    ['\u202eadA', 'Hello adA,'],
    ['<script>alert(1)</script>', 'Hello <script>alert(1)</script>,'],
    ['{{customer}} %s', 'Hello {{customer}} %s,'],
  ])('%j is greeted as "%s"', (name, salutation) => {
    for (const letter of [
      confirmed({ customer: { ...customer, name } }),
      refunded({ customer: { ...customer, name } }),
    ]) {
      expect(letter.text.split('\n')[0]).toBe(salutation);
      expect([confirmed().subject, refunded().subject]).toContain(letter.subject);
    }
  });
});

test('whatever is typed, a mail has one salutation, one line for each sentence, and a subject of one line', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'grapheme', maxLength: 400 }),
  );
  fc.assert(
    fc.property(typed, typed, (name, reason) => {
      const letter = refunded({ reason, customer: { ...customer, name } });
      expect(letter.subject).toBe('We have refunded 58.32 USD of your order c-1');
      expect(letter.text).toMatch(/^Hello(?: [^\n]+)?,\n\nWe have refunded /);
      expect(letter.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
      expect(letter.text.isWellFormed()).toBe(true);
      const last = letter.text.trimEnd().split('\n').at(-1) as string;
      expect(last).toMatch(/^(?:Total .* USD|The reason: .+[\p{Sentence_Terminal}…][\p{Pe}\p{Pf}"']*)$/u);
      expect(last).not.toMatch(/\.\.$/);
      expect(recipientName({ ...customer, name })).toBe(oneLine(oneLine(name, 100), 101));
    }),
  );
});
