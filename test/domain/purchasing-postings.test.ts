import { describe, expect, test } from '@jest/globals';
import { purchasingPostings } from '../../services/ledger/postings/purchasing.ts';

type Name = keyof typeof purchasingPostings;

const order = { poId: 'po-1', currency: 'EUR' };

const journals = (name: Name, data: object) =>
  (purchasingPostings[name] as (event: never) => ReturnType<(typeof purchasingPostings)['POApproved']>)({
    data: { ...order, ...data },
  } as never);

const posted = (name: Name, data: object) =>
  journals(name, data).map(({ kind, subject, lines }) =>
    [
      `${kind} of ${subject.kind} ${subject.id}`,
      ...lines.map(({ side, account, amount }) => `${side} ${account} ${amount}`),
    ].join(', '),
  );

describe('in the books', () => {
  test('an approved order is reserved, and no debt', () => {
    expect(posted('POApproved', { total: 6_000_000 })).toEqual([
      'purchase-order of purchase-order po-1, debit 9100 6000000, credit 9200 6000000',
    ]);
  });

  test('what is left of a closed order is not reserved any more', () => {
    expect(posted('POClosed', { total: 6_000_000, released: 180_000 })).toEqual([
      'purchase-order-closed of purchase-order po-1, debit 9200 180000, credit 9100 180000',
    ]);
  });

  test('an accepted bill is a debt, and what it is for is not reserved any more', () => {
    const amounts = { currency: 'EUR', net: 3_600_000, tax: 684_000, total: 4_284_000 };
    expect(posted('BillCreated', { billId: 'b-1', amounts, release: 3_600_000 })).toEqual([
      'bill of bill b-1, debit 5100 3600000, debit 2200 684000, credit 2100 4284000',
      'purchase-order-billed of purchase-order po-1, debit 9200 3600000, credit 9100 3600000',
    ]);
    expect(posted('BillCreated', { billId: 'b-1', poId: undefined, amounts, release: 0 })).toHaveLength(1);
  });

  test('a bill that is paid is owed no more', () => {
    expect(posted('BillPaid', { billId: 'b-1', amounts: { currency: 'EUR' }, amount: 4_284_000 })).toEqual([
      'bill-payment of bill b-1, debit 2100 4284000, credit 1000 4284000',
    ]);
  });

  test('of an order billed above its prices nothing is left reserved: 100 of 600.00, billed as 60, and as 40 of 606.00', () => {
    const bill = (billId: string, net: number, release: number) =>
      journals('BillCreated', { billId, amounts: { currency: 'EUR', net, tax: 0, total: net }, release });
    const all = [
      ...journals('POApproved', { total: 6_000_000 }),
      ...bill('b-1', 3_600_000, 3_600_000),
      ...bill('b-2', 2_424_000, 2_400_000),
    ];
    const balances = new Map<string, number>();
    for (const { account, side, amount } of all.flatMap(({ lines }) => lines)) {
      balances.set(account, (balances.get(account) ?? 0) + (side === 'debit' ? amount : -amount));
    }
    expect(Object.fromEntries(balances)).toEqual({ 5100: 6_024_000, 2100: -6_024_000, 9100: 0, 9200: 0 });
  });

  test('nothing is posted of what moves nothing', () => {
    expect(() => journals('POApproved', { total: 0 })).toThrow(RangeError);
    expect(() => journals('POClosed', { total: 1, released: 0 })).toThrow(RangeError);
  });
});
