import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currencies } from '../../contracts/currency.ts';
import type { OrderId } from '../../contracts/identifiers.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { accounts } from '../../services/ledger/accounts.ts';
import { postings } from '../../services/ledger/postings/index.ts';
import type { JournalLine } from '../../services/ledger/postings/posting.ts';

const amount = fc.integer({ min: 0, max: 10_000_000 });

const amountsArbitrary = fc
  .record({
    currency: fc.constantFrom(...currencies),
    goods: amount,
    shipping: amount,
    tax: amount,
    discountShare: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ currency, goods, shipping, tax, discountShare }) => {
    const discount = Math.floor(goods * discountShare);
    return { currency, goods, discount, shipping, tax, total: goods - discount + shipping + tax };
  })
  .filter(({ total }) => total > 0);

const orderId = 'c-1' as OrderId;

type Amounts = IntegrationEvent<'PaymentProcessed'>['data']['amounts'];

const payment = (amounts: Amounts) => ({ data: { orderId, amounts } }) as IntegrationEvent<'PaymentProcessed'>;
const refund = (amounts: Amounts) => ({ data: { orderId, amounts } }) as IntegrationEvent<'OrderRefunded'>;
const subject = { kind: 'order', id: 'c-1' };
const nothing = { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 } as const;

const sum = (lines: readonly JournalLine[], side: JournalLine['side'], account?: string) =>
  lines
    .filter((line) => line.side === side && (account === undefined || line.account === account))
    .reduce((total, line) => total + line.amount, 0);

describe('a payment', () => {
  test('debits equal credits, in one currency, with no line of nothing', () => {
    fc.assert(
      fc.property(amountsArbitrary, (amounts) => {
        const [{ lines, ...journal }, ...others] = postings.PaymentProcessed(payment(amounts));
        expect([journal, others]).toEqual([{ kind: 'payment', subject }, []]);
        expect(sum(lines, 'debit')).toBe(sum(lines, 'credit'));
        expect(new Set(lines.map(({ currency }) => currency))).toEqual(new Set([amounts.currency]));
        expect(lines.every((line) => Number.isSafeInteger(line.amount) && line.amount > 0)).toBe(true);
      }),
    );
  });

  test('the provider owes the total, the receivable is closed, and each part goes to its account', () => {
    fc.assert(
      fc.property(amountsArbitrary, (amounts) => {
        const [{ lines }] = postings.PaymentProcessed(payment(amounts));
        expect(sum(lines, 'debit', accounts.providerClearing)).toBe(amounts.total);
        expect(sum(lines, 'debit', accounts.receivable)).toBe(sum(lines, 'credit', accounts.receivable));
        expect(sum(lines, 'credit', accounts.revenue)).toBe(amounts.goods - amounts.discount);
        expect(sum(lines, 'credit', accounts.shippingRevenue)).toBe(amounts.shipping);
        expect(sum(lines, 'credit', accounts.taxPayable)).toBe(amounts.tax);
      }),
    );
  });

  test('of nothing is refused: no provider takes one', () => {
    expect(() => postings.PaymentProcessed(payment(nothing))).toThrow(RangeError);
  });
});

describe('a refund', () => {
  test('debits equal credits, in one currency, with no line of nothing', () => {
    fc.assert(
      fc.property(amountsArbitrary, (amounts) => {
        const [{ lines, ...journal }, ...others] = postings.OrderRefunded(refund(amounts));
        expect([journal, others]).toEqual([{ kind: 'refund', subject }, []]);
        expect(sum(lines, 'debit')).toBe(sum(lines, 'credit'));
        expect(new Set(lines.map(({ currency }) => currency))).toEqual(new Set([amounts.currency]));
        expect(lines.every((line) => Number.isSafeInteger(line.amount) && line.amount > 0)).toBe(true);
      }),
    );
  });

  test('the provider owes the total less, the goods are returns, and shipping and tax are taken back', () => {
    fc.assert(
      fc.property(amountsArbitrary, (amounts) => {
        const [{ lines }] = postings.OrderRefunded(refund(amounts));
        expect(sum(lines, 'credit', accounts.providerClearing)).toBe(amounts.total);
        expect(sum(lines, 'debit', accounts.returns)).toBe(amounts.goods - amounts.discount);
        expect(sum(lines, 'debit', accounts.shippingRevenue)).toBe(amounts.shipping);
        expect(sum(lines, 'debit', accounts.taxPayable)).toBe(amounts.tax);
      }),
    );
  });

  test('a payment and its whole refund leave nothing but what was sold and what was returned', () => {
    fc.assert(
      fc.property(amountsArbitrary, (amounts) => {
        const all = [
          ...postings.PaymentProcessed(payment(amounts)),
          ...postings.OrderRefunded(refund(amounts)),
        ].flatMap(({ lines }) => lines);
        const balance = (account: string) => sum(all, 'debit', account) - sum(all, 'credit', account);
        const { providerClearing, receivable, shippingRevenue, taxPayable, revenue, returns } = accounts;
        expect([providerClearing, receivable, shippingRevenue, taxPayable].map(balance)).toEqual([0, 0, 0, 0]);
        expect(balance(returns) + balance(revenue)).toBe(0);
      }),
    );
  });

  test('of nothing is refused: no provider makes one', () => {
    expect(() => postings.OrderRefunded(refund(nothing))).toThrow(RangeError);
  });
});

describe('disputes', () => {
  const positive = fc.integer({ min: 1, max: 10_000_000 });
  const opened = (amount: number, fee: number) =>
    postings.DisputeOpened({ data: { orderId, currency: 'USD', amount, fee } } as IntegrationEvent<'DisputeOpened'>)[0]
      .lines;
  const closed = (amount: number, outcome: 'won' | 'lost', feeReturned = 0) =>
    postings.DisputeClosed({
      data: { orderId, currency: 'USD', amount, outcome, feeReturned },
    } as IntegrationEvent<'DisputeClosed'>)[0].lines;
  const held = (lines: readonly JournalLine[], account: string) =>
    sum(lines, 'debit', account) - sum(lines, 'credit', account);

  test('have a journal of the order for their opening and one for their end', () => {
    const journals = [
      ...postings.DisputeOpened({ data: { orderId, currency: 'USD', amount: 1, fee: 1 } } as never),
      ...postings.DisputeClosed({
        data: { orderId, currency: 'USD', amount: 1, outcome: 'won', feeReturned: 0 },
      } as never),
    ];
    expect(journals.map(({ kind, subject }) => ({ kind, subject }))).toEqual([
      { kind: 'dispute-opened', subject },
      { kind: 'dispute-closed', subject },
    ]);
  });

  test('leave nothing disputed once they are closed, and the clearing account with what the provider holds', () => {
    fc.assert(
      fc.property(positive, amount, fc.boolean(), (disputed, fee, isFeeReturned) => {
        const back = isFeeReturned ? fee : 0;
        const won = [...opened(disputed, fee), ...closed(disputed, 'won', back)];
        const lost = [...opened(disputed, fee), ...closed(disputed, 'lost')];
        for (const lines of [won, lost]) {
          expect(sum(lines, 'debit')).toBe(sum(lines, 'credit'));
          expect(lines.every((line) => line.amount > 0)).toBe(true);
          expect(held(lines, accounts.disputedFunds)).toBe(0);
        }
        expect(held(won, accounts.providerClearing)).toBe(back - fee);
        expect(held(won, accounts.disputeFees)).toBe(fee - back);
        expect(held(lost, accounts.providerClearing)).toBe(-disputed - fee);
        expect(held(lost, accounts.disputeLosses)).toBe(disputed);
      }),
    );
  });

  test('that withdraw nothing have no journal', () => {
    expect(() => opened(0, 0)).toThrow(RangeError);
    expect(() => closed(0, 'lost')).toThrow(RangeError);
  });
});
