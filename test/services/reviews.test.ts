import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import type { CatalogClient } from '../../services/catalog/contract.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { catalogHandlers } from '../../services/catalog/server.ts';
import { createReviewsClient } from '../../services/reviews/client.ts';
import type { ReviewsClient } from '../../services/reviews/contract.ts';
import { reviewsGrpcContract } from '../../services/reviews/grpc-contract.ts';
import { reviewsHandlers } from '../../services/reviews/server.ts';
import { type ServiceInProcess, silent, startInProcess } from './service-in-process.ts';

let catalogService: ServiceInProcess<unknown>;
let service: ServiceInProcess<unknown>;
let catalog: CatalogClient;
let reviews: ReviewsClient;

beforeAll(async () => {
  catalogService = await startInProcess('catalog', (database, options) =>
    serveGrpc(catalogGrpcContract, catalogHandlers(database), options),
  );
  catalog = createCatalogClient({ url: catalogService.url });
  service = await startInProcess('reviews', (database, options) =>
    serveGrpc(reviewsGrpcContract, reviewsHandlers(database, catalog), options),
  );
  reviews = createReviewsClient({ url: service.url });
});

afterAll(async () => {
  await service.stop();
  await catalogService.stop();
});

const offer = (sku: string) =>
  catalog.importProducts({ products: [{ sku, name: `The ${sku}`, description: 'good', prices: { USD: 1 } }] });

const review = (reviewId: string, sku: string, change: object = {}) => ({
  reviewId,
  sku,
  customerId: 'c-1',
  rating: 4,
  text: 'Shines. ✨',
  ...change,
});

const stored = async (): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select count(*) from reviews`.execute(service.database);
  return rows[0]?.count ?? Number.NaN;
};

describe('submitting', () => {
  test('takes a review once', async () => {
    await offer('once');
    const taken = await reviews.submitReview(review('r-1', 'once'));
    expect(taken).toEqual({ ...review('r-1', 'once'), submittedAt: expect.any(String) });
    expect(await reviews.submitReview(review('r-1', 'once'))).toEqual(taken);
    expect((await reviews.listReviews({ sku: 'once', limit: 10 })).reviews).toEqual([taken]);
  });

  test.each([
    ['another rating', { rating: 1 }],
    ['another text', { text: '' }],
    ['another customer', { customerId: 'c-2' }],
    ['another product', { sku: 'other' }],
  ])('again with %s is a conflict', async (_, change) => {
    await offer('conflict');
    await offer('other');
    await reviews.submitReview(review('r-2', 'conflict'));
    await expect(reviews.submitReview(review('r-2', 'conflict', change))).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'reviewId' },
    });
  });

  test.each([
    ['no star', 'rating', { rating: 0 }],
    ['six stars', 'rating', { rating: 6 }],
    ['half a star', 'rating', { rating: 3.5 }],
    ['5,001 characters', 'text', { text: 'x'.repeat(5_001) }],
    ['no customer', 'customerId', { customerId: '' }],
  ])('with %s is refused', async (_, field, change) => {
    await expect(reviews.submitReview(review('r-3', 'once', change))).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
  });

  test('of an unknown product is refused, and nothing is stored', async () => {
    const before = await stored();
    await expect(reviews.submitReview(review('r-4', 'ghost'))).rejects.toMatchObject({
      type: 'UnknownProduct',
      detail: { field: 'sku', facts: { sku: 'ghost' } },
    });
    expect(await stored()).toBe(before);
  });

  test('of a product that the customer has reviewed under another id is refused, and the first review stands', async () => {
    await offer('twice');
    const first = await reviews.submitReview(review('r-6', 'twice'));
    await expect(reviews.submitReview(review('r-7', 'twice', { rating: 1 }))).rejects.toMatchObject({
      type: 'InvalidState',
      detail: { field: 'customerId', facts: { sku: 'twice', customerId: 'c-1', reviewId: 'r-6' } },
    });
    const other = await reviews.submitReview(review('r-7', 'twice', { customerId: 'c-2' }));
    expect((await reviews.listReviews({ sku: 'twice', limit: 10 })).reviews).toEqual([other, first]);
  });

  test('is found by the customer who has written it, over all products', async () => {
    for (const sku of ['mine', 'mine-too']) {
      await offer(sku);
      await reviews.submitReview(review(`r-of-${sku}`, sku, { customerId: 'c-writes' }));
    }
    const { reviews: written } = await reviews.listReviewsOfCustomer({ customerId: 'c-writes', limit: 10 });
    expect(written.map(({ reviewId }) => reviewId)).toEqual(['r-of-mine-too', 'r-of-mine']);
    expect((await reviews.listReviewsOfCustomer({ customerId: 'c-writes', limit: 1 })).reviews).toHaveLength(1);
    expect(await reviews.listReviewsOfCustomer({ customerId: 'c-silent', limit: 1 })).toEqual({ reviews: [] });
  });

  test('at once under ten ids is taken once', async () => {
    await offer('rush');
    const ids = Array.from({ length: 10 }, (_, index) => `rush-${index}`);
    const ended = await Promise.allSettled(ids.map((id) => reviews.submitReview(review(id, 'rush'))));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of ended)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ type: 'InvalidState' });
    expect(await reviews.listReviews({ sku: 'rush', limit: 10 })).toMatchObject({ reviewCount: 1 });
  });

  test.each([
    ['is down', 'Unavailable'],
    ['does not answer', 'DeadlineExceeded'],
  ])('while the catalog %s is %s, and nothing is stored', async (fault, type) => {
    const never = Promise.withResolvers<never>();
    never.promise.catch(() => undefined);
    const handlers = { ...catalogHandlers(catalogService.database), getProducts: () => never.promise };
    const server = await serveGrpc(catalogGrpcContract, handlers, { port: 0, access: 'everyone', logger: silent });
    const away = createCatalogClient({ url: server.address, timeoutMilliseconds: 200 });
    if (fault === 'is down') await server.stop();
    const stranded = await serveGrpc(reviewsGrpcContract, reviewsHandlers(service.database, away), {
      port: 0,
      access: 'everyone',
      logger: silent,
    });
    const client = createReviewsClient({ url: stranded.address });
    const before = await stored();
    await expect(client.submitReview(review('r-5', 'once'))).rejects.toMatchObject({ type });
    await expect(client.listReviews({ sku: 'once', limit: 1 })).rejects.toMatchObject({ type });
    expect(await stored()).toBe(before);
    await stranded.stop();
    never.reject(new Error('the test has ended'));
    if (fault !== 'is down') await server.stop();
  });
});

describe('listing', () => {
  test('answers the product, the newest reviews, their number and the average of all', async () => {
    await offer('listed');
    for (const [index, rating] of [5, 4, 4].entries()) {
      await reviews.submitReview(review(`l-${index}`, 'listed', { rating, customerId: `c-${index}` }));
    }
    const answer = await reviews.listReviews({ sku: 'listed', limit: 2 });
    expect(answer).toMatchObject({
      product: { sku: 'listed', name: 'The listed', description: 'good' },
      reviewCount: 3,
      averageRating: 4.33,
    });
    expect(answer.reviews.map(({ reviewId }) => reviewId)).toEqual(['l-2', 'l-1']);
  });

  test('of a product without reviews has no average', async () => {
    await offer('silent');
    const product = { sku: 'silent', name: 'The silent', description: 'good' };
    expect(await reviews.listReviews({ sku: 'silent', limit: 10 })).toEqual({ product, reviews: [], reviewCount: 0 });
  });

  test('of an unknown product is refused', async () => {
    await expect(reviews.listReviews({ sku: 'ghost', limit: 10 })).rejects.toMatchObject({
      type: 'UnknownProduct',
      detail: { field: 'sku' },
    });
  });
});
