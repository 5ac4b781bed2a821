import { z } from 'zod';
import { personRoles } from '../contracts/access.ts';
import { refusals } from '../contracts/refusals.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { existingProductsSchema, productSchema } from '../services/catalog/contract.ts';
import { inventoryContract } from '../services/inventory/contract.ts';
import {
  listReviewsSchema,
  productReviewsSchema,
  reviewSchema,
  submitReviewSchema,
} from '../services/reviews/contract.ts';

const { listStock, receiveStock } = inventoryContract.operations;

const exampleProduct = { sku: 'product-1', name: 'Lamp', description: 'It shines.', prices: { USD: 2_999 } };
const exampleReview = { reviewId: 'rv-1', sku: 'product-1', customerId: 'customer-123', rating: 5, text: 'It shines.' };
const submittedAt = '2026-01-31T12:00:00.000Z';

/** What is sold: products, what is on the shelf of them, and what customers think of them. */
export const goodsOperations = {
  readProduct: {
    method: 'GET',
    path: '/v1/products',
    access: personRoles,
    summary: 'One product with its prices',
    input: z.strictObject({ sku: productSchema.shape.sku }),
    output: productSchema,
    failures: [refusals.UnknownProduct],
    example: { input: { sku: 'product-1' }, output: exampleProduct },
  },
  importProducts: {
    method: 'POST',
    path: '/v1/products/import',
    access: ['operator'],
    summary: 'Adds products, or updates them; what a product leaves out stays, unless it is replaced',
    input: z.strictObject({
      products: z.array(productSchema).min(1).max(1_000),
      existing: existingProductsSchema.default('update'),
    }),
    output: z.object({ imported: z.int() }),
    failures: [],
    example: { input: { products: [exampleProduct] }, output: { imported: 1 } },
  },
  listStock: {
    ...listStock,
    path: '/v1/stock',
    example: {
      input: { sku: 'product-1' },
      output: { stock: [{ sku: 'product-1', received: 50, restocked: 0, onHand: 48, reserved: 1, committed: 2 }] },
    },
  },
  receiveStock: {
    ...receiveStock,
    path: '/v1/stock-receipts/:receiptId',
    example: {
      input: { receiptId: 'delivery-7', lines: [{ sku: 'product-1', quantity: 50 }] },
      output: { receiptId: 'delivery-7' },
    },
  },
  listReviews: {
    method: 'GET',
    path: '/v1/reviews',
    access: personRoles,
    summary: 'The reviews of a product, newest first, and the average of all',
    input: listReviewsSchema.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(20) }),
    output: productReviewsSchema,
    failures: [refusals.UnknownProduct],
    example: {
      input: { sku: 'product-1', limit: 20 },
      output: {
        product: { sku: 'product-1', name: 'Lamp', description: 'It shines.' },
        ...{ reviews: [{ ...exampleReview, submittedAt }], reviewCount: 1, averageRating: 5 },
      },
    },
  },
  submitReview: {
    method: 'PUT',
    path: '/v1/reviews/:reviewId',
    access: ['customer', 'operator'],
    summary: 'Reviews a product, once for each customer; the same again is the same review',
    input: submitReviewSchema.partial({ customerId: true }),
    output: reviewSchema,
    failures: [refusals.UnknownProduct, 'IdempotencyConflict', 'InvalidState'],
    example: { input: exampleReview, output: { ...exampleReview, submittedAt } },
  },
} as const satisfies Record<string, HttpOperation>;
