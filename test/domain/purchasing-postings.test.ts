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

  test('nothing is posted of what moves nothing', () => {
    expect(() => journals('POApproved', { total: 0 })).toThrow(RangeError);
    expect(() => journals('POClosed', { total: 1, released: 0 })).toThrow(RangeError);
  });
});
