import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Sku } from '../../contracts/identifiers.ts';
import { listReviews } from '../../services/reviews/store.ts';
import { withEarlierTables } from '../migrations.ts';

test('of several reviews that a customer wrote of a product, the first one stands', async () => {
  await withEarlierTables('reviews', '0002', async (database, migrateToToday) => {
    const rows = [
      ['second', 'lamp', 'c-1', '2026-01-02'],
      ['first', 'lamp', 'c-1', '2026-01-01'],
      ['third', 'lamp', 'c-1', '2026-01-03'],
      ['b-same-time', 'lamp', 'c-2', '2026-01-04'],
      ['a-same-time', 'lamp', 'c-2', '2026-01-04'],
      ['of-another-product', 'bulb', 'c-1', '2026-01-05'],
    ] as const;
    for (const [id, sku, customer, time] of rows) {
      await sql`
        insert into reviews (review_id, sku, customer_id, rating, text, submitted_at)
        values (${id}, ${sku}, ${customer}, 4, '', ${time})
      `.execute(database);
    }

    await migrateToToday();

    const idsOf = async (sku: string) =>
      (await listReviews(database, sku as Sku, 10)).reviews.map(({ reviewId }) => reviewId as string);
    expect(await idsOf('lamp')).toEqual(['a-same-time', 'first']);
    expect(await idsOf('bulb')).toEqual(['of-another-product']);
  });
});
