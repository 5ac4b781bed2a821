import { describe, expect, test } from '@jest/globals';
import { customerText, failureTypes } from '../../contracts/catalogue.ts';
import {
  orderCancelled,
  orderConfirmation,
  orderRefunded,
  paymentFailed,
} from '../../services/notification/templates.ts';

const customer = { name: 'Ada Lovelace', email: 'ada@example.com' };
const amounts = { currency: 'USD', goods: 5_000, discount: 100, shipping: 599, tax: 0, total: 5_499 } as const;
const facts = { orderId: 'order-1', customer, itemCount: 2, amounts, message: 'the bank refused', reason: 'a scratch' };

const event = (changes: object = {}) => ({ data: { ...facts, ...changes } }) as never;

const linesOf = (letter: { readonly text: string } | undefined) => letter?.text.split('\n') ?? [];

describe('every letter', () => {
  const letters = {
    'order-confirmation': orderConfirmation(event()),
    'payment-failed': paymentFailed(event({ reason: 'CardDeclined' })),
    'order-cancelled': orderCancelled(event({ reason: 'OutOfStock' })),
    'order-refunded': orderRefunded(event()),
  };

  test.each(Object.entries(letters))('%s is named, greets the customer and names the order', (template, letter) => {
    expect(letter?.template).toBe(template);
    expect(letter?.subject).toContain('order-1');
    expect(letter?.text).toContain('order-1');
    expect(linesOf(letter).slice(0, 2)).toEqual(['Hello Ada Lovelace,', '']);
  });

  test.each(Object.entries(letters))('%s ends with the end of a line', (_, letter) => {
    expect(letter?.text).toMatch(/[^\n]\n$/);
  });
});

describe('the amounts in a letter', () => {
  test('stand below each other, the total last, after an empty line', () => {
    expect(linesOf(orderConfirmation(event())).slice(-6)).toEqual([
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
    expect(linesOf(orderConfirmation(event({ amounts: free }))).slice(-3)).toEqual([
      '',
      'Total                0 JPY',
      '',
    ]);
    const taxed = { ...free, goods: 100, tax: 20, total: 120 };
    expect(linesOf(orderConfirmation(event({ amounts: taxed }))).slice(-4, -1)).toEqual([
      'Goods              100 JPY',
      'Tax                 20 JPY',
      'Total              120 JPY',
    ]);
  });

  test('of a refund stand apart from the sentence before them', () => {
    expect(linesOf(orderRefunded(event()))[3]).toBe('');
  });

  test('of a refund are followed by its reason', () => {
    expect(linesOf(orderRefunded(event())).slice(-4)).toEqual([
      'Total            54.99 USD',
      '',
      'The reason: a scratch.',
      '',
    ]);
    expect(orderRefunded(event()).subject).toContain('54.99 USD');
  });
});

describe('the number of pieces', () => {
  test.each([
    [1, '1 item'],
    [2, '2 items'],
  ])('%d is written as %j', (itemCount, text) => {
    for (const letter of [orderConfirmation(event({ itemCount })), orderRefunded(event({ itemCount }))]) {
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
    const letters = [paymentFailed(event({ reason })), orderCancelled(event({ reason }))];
    expect(letters.map((letter) => letter?.template)).toEqual(
      ofThePayment.includes(reason) ? ['payment-failed', undefined] : [undefined, 'order-cancelled'],
    );
  });

  test('is told with its reason, and with what was to be paid', () => {
    const failed = paymentFailed(event({ reason: 'CardDeclined' }));
    expect(failed?.text).toContain('54.99 USD');
    expect(failed?.text).toContain(customerText('CardDeclined'));
    expect(orderCancelled(event({ reason: 'OutOfStock' }))?.text).toContain(customerText('OutOfStock'));
  });
});
