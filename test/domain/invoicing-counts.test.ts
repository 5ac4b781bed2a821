import { describe, expect, test } from '@jest/globals';
import { noCounts, sumOfCounts } from '../../workflows/monthly-invoicing/counts.ts';
import { invoicingHeadline } from '../../workflows/monthly-invoicing/headline.ts';

const page = { created: 97, existing: 1, nothingToCharge: 1, held: 2, failed: 1, total: 100 };

describe('the counts of a month', () => {
  test('are the sums of those of its pages', () => {
    expect(sumOfCounts(sumOfCounts(noCounts, page), page)).toEqual({
      ...{ created: 194, existing: 2, nothingToCharge: 2, held: 4, failed: 2, total: 200 },
    });
  });

  test('add up also where a page is from before invoices on hold were counted', () => {
    const { held: _, ...older } = page;
    expect(sumOfCounts(older, page)).toMatchObject({ held: 2, total: 200 });
    expect(sumOfCounts(page, older)).toMatchObject({ held: 2, total: 200 });
  });

  test('stand beside the state, once there are any', () => {
    expect(invoicingHeadline({})).toBeUndefined();
    expect(invoicingHeadline(page)).toBe('97 created, 1 existing, 1 nothing to charge, 2 on hold, 1 failed');
  });
});
