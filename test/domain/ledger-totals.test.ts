import { expect, test } from '@jest/globals';
import { accounts } from '../../services/ledger/accounts.ts';
import { totalsOf } from '../../services/ledger/totals.ts';

const balance = (account: string, currency: string, debits: number, credits: number) =>
  ({ account, currency, debits, credits }) as unknown as Parameters<typeof totalsOf>[0][number];

test('debits and credits add up in each currency by itself, in the order in which the currencies come', () => {
  const balances = [
    balance(accounts.receivable, 'USD', 500, 300),
    balance(accounts.revenue, 'EUR', 7, 11),
    balance(accounts.revenue, 'USD', 20, 220),
  ];
  expect(totalsOf(balances)).toEqual([
    { currency: 'USD', debits: 520, credits: 520 },
    { currency: 'EUR', debits: 7, credits: 11 },
  ]);
});

test('an empty ledger has no totals', () => {
  expect(totalsOf([])).toEqual([]);
});

test('every account has a number of its own, of four digits', () => {
  expect(Object.values(accounts).filter((account) => !/^\d{4}$/.test(account))).toEqual([]);
  expect(new Set(Object.values(accounts)).size).toBe(Object.keys(accounts).length);
});
