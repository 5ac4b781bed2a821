import { describe, expect, test } from '@jest/globals';
import { isAboveLimit } from '../../activities/refund-limits.ts';
import { currencyLimitsSchema } from '../../contracts/currency-limits.ts';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { contentOf, type RefundRequest } from '../../workflows/refund/contract.ts';

describe('the limits of refunds', () => {
  test('are read by currency, in minor units', () => {
    expect(currencyLimitsSchema.parse('USD=50000, JPY=60000')).toEqual({ USD: 50_000, JPY: 60_000 });
    expect(currencyLimitsSchema.parse('USD=0')).toEqual({ USD: 0 });
    for (const none of [undefined, '', ',']) expect(currencyLimitsSchema.parse(none)).toEqual({});
  });

  test.each([
    '50000',
    'USD',
    'USD=',
    'USD=-1',
    'USD=500.00',
    'usd=5',
    'XXX=5',
    'USD=5,USD=6',
    'USD=5;EUR=6',
    'USD=1e3',
  ])('are not %j', (text) => {
    const { error } = currencyLimitsSchema.safeParse(text);
    expect(error?.issues).toMatchObject([{ message: expect.stringContaining('such as USD=50000,EUR=45000') }]);
  });
});

test.each([
  ['USD', 50_000, false],
  ['USD', 50_001, true],
  ['JPY', 50_001, false],
  ['JPY', 60_001, true],
  ['EUR', 99_999_999, false],
] as const)(
  'a refund takes two people above the limit of its currency, and one up to it: %s %d',
  (currency, total, two) => {
    expect(isAboveLimit({ currency, total }, { USD: 50_000, JPY: 60_000 })).toBe(two);
  },
);

test('who asks for a refund does not make it another one', () => {
  const request: RefundRequest = { refundId: 'r-1' as RefundId, orderId: 'o-1' as OrderId, reason: 'broken' };
  const asked = (subject: string) => ({ ...request, requestedBy: { subject, issuer: 'https://login.example' } });
  const hashes = [request, asked('olga'), asked('mara')].map((each) => contentHash(contentOf(each)));
  expect(new Set(hashes).size).toBe(1);
});
