import { describe, expect, test } from '@jest/globals';
import { customerText, failureTypes } from '../../contracts/catalogue.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { createLetterConsumer } from '../../services/notification/consumer.ts';
import type { WrittenLetter } from '../../services/notification/letter.ts';
import { orderCancelled, orderConfirmation, paymentFailed } from '../../services/notification/letters/checkout.ts';
import { letters } from '../../services/notification/letters/index.ts';
import { providerRefunded } from '../../services/notification/letters/provider-refund.ts';
import { orderRefunded } from '../../services/notification/letters/refund.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';

const seller = readSeller(sellerVariables);
const customer = { name: 'Ada Lovelace', email: 'ada@example.com' };
const amounts = { currency: 'USD', goods: 5_000, discount: 100, shipping: 599, tax: 0, total: 5_499 } as const;
const order = { checkoutId: 'checkout-1', orderId: 'order-1' };
const facts = { ...order, customer, itemCount: 2, amounts, message: 'the bank refused', reason: 'a scratch' };

const event = (changes: object = {}) => ({ data: { ...facts, ...changes } }) as never;

const confirmation = (changes?: object) => orderConfirmation.write(event(changes), seller) as WrittenLetter;
const refund = (changes?: object) => orderRefunded.write(event(changes), seller) as WrittenLetter;
const providerRefund = () => providerRefunded.write(event(), seller) as WrittenLetter;
const failure = (reason: string) => paymentFailed.write(event({ reason }), seller);
const cancellation = (reason: string) => orderCancelled.write(event({ reason }), seller);

const linesOf = (letter: { readonly text: string } | undefined) => letter?.text.split('\n') ?? [];

describe('the letters', () => {
  test('answer these events, once each, and the notifications take them', () => {
    const answered = ['OrderCancelled', 'OrderCompleted', 'OrderRefunded', 'PaymentFailed', 'ProviderRefunded'];
    const events = letters.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(answered));
    expect(new Set(events).size).toBe(events.length);
    expect(subscriptions.notification.events).toEqual(events);
  });

  test.each(letters.map(({ template }) => [template]))('%s is a name that its event takes', (template) => {
    const { shape } = integrationEvents.NotificationSent.data;
    expect(shape.template.parse(template)).toBe(template);
  });

  test('without one for an event of the subscription do not compile', () => {
    const subscription = {
      name: 'tester',
      queue: 'tester.events.v1',
      events: ['OrderCompleted', 'OrderPlaced'],
    } as const;
    const options = { mailer: { send: async () => undefined }, domain: 'shop.example', seller };
    // @ts-expect-error nothing answers OrderPlaced
    expect(createLetterConsumer(subscription, [orderConfirmation], options)).toMatchObject({ name: 'tester' });
  });
});

describe('every letter', () => {
  const written: [string, WrittenLetter | undefined][] = [
    [orderConfirmation.template, confirmation()],
    [paymentFailed.template, failure('CardDeclined')],
    [orderCancelled.template, cancellation('OutOfStock')],
    [orderRefunded.template, refund()],
    [providerRefunded.template, providerRefund()],
  ];

  test('has a name that stays', () => {
    expect(written.map(([template]) => template)).toEqual([
      'order-confirmation',
      'payment-failed',
      'order-cancelled',
      'order-refunded',
      'order-refunded',
    ]);
  });

  test.each(written)('%s is about the order, goes to the customer, greets them and names the order', (_, letter) => {
    expect(letter).toMatchObject({ about: { kind: 'order', id: 'order-1' }, order, recipient: customer });
    expect(letter?.subject).toContain('order-1');
    expect(letter?.text).toContain('order-1');
    expect(linesOf(letter).slice(0, 2)).toEqual(['Hello Ada Lovelace,', '']);
  });

  test.each(written)('%s ends with the end of a line', (_, letter) => {
    expect(letter?.text).toMatch(/[^\n]\n$/);
  });
});

describe('the amounts in a letter', () => {
  test('stand below each other, the total last, after an empty line', () => {
    expect(linesOf(confirmation()).slice(-6)).toEqual([
      '',
      'Goods            50.00 USD',
      'Discount         -1.00 USD',
      'Shipping          5.99 USD',
      'Total            54.99 USD',
      '',
    ]);
  });

  test('are left out where they are nothing, but for the total', () => {
    const free = { currency: 'JPY', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 } as const;
    expect(linesOf(confirmation({ amounts: free })).slice(-3)).toEqual(['', 'Total                0 JPY', '']);
    const taxed = { ...free, goods: 100, tax: 20, total: 120 };
    expect(linesOf(confirmation({ amounts: taxed })).slice(-4, -1)).toEqual([
      'Goods              100 JPY',
      'Tax                 20 JPY',
      'Total              120 JPY',
    ]);
  });

  test('of a refund stand apart from the sentence before them', () => {
    expect(linesOf(refund())[3]).toBe('');
  });

  test('of a refund at the provider are the end', () => {
    expect(linesOf(providerRefund()).slice(-3)).toEqual([
      'Shipping          5.99 USD',
      'Total            54.99 USD',
      '',
    ]);
    expect(linesOf(providerRefund())[3]).toBe('');
    expect(providerRefund().subject).toContain('54.99 USD');
    expect(linesOf(providerRefund())[2]).toContain('54.99 USD');
  });

  test('of a refund are followed by its reason', () => {
    expect(linesOf(refund()).slice(-4)).toEqual(['Total            54.99 USD', '', 'The reason: a scratch.', '']);
    expect(refund().subject).toContain('54.99 USD');
  });
});

describe('the number of pieces', () => {
  test.each([
    [1, '1 item'],
    [2, '2 items'],
  ])('%d is written as %j', (itemCount, text) => {
    for (const letter of [confirmation({ itemCount }), refund({ itemCount })]) {
      expect(letter.text).toMatch(new RegExp(`\\b${text}\\b`));
    }
  });
});

describe('an order that comes to nothing', () => {
  const ofThePayment = [
    'CardDeclined',
    'InsufficientFunds',
    'AuthorizationExpired',
    'AuthenticationFailed',
    'ChallengeExpired',
    'ReviewRefused',
    'ReviewExpired',
    'PaymentCancelled',
    'PaymentMethodUnknown',
  ];

  test.each([...failureTypes, 'CancelledByCustomer'])('because of %s brings one letter, not two', (reason) => {
    const isWritten = [failure(reason), cancellation(reason)].map((letter) => letter !== undefined);
    expect(isWritten).toEqual(ofThePayment.includes(reason) ? [true, false] : [false, true]);
  });

  test('is told with its reason, and with what was to be paid', () => {
    const failed = failure('CardDeclined');
    expect(failed?.text).toContain('54.99 USD');
    expect(failed?.text).toContain(customerText('CardDeclined'));
    expect(cancellation('OutOfStock')?.text).toContain(customerText('OutOfStock'));
  });
});
