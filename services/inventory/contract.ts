import { z } from 'zod';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  receiptIdSchema,
  recordedInstantSchema,
  reservationIdSchema,
  restockIdSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

/** Lines of a delivery in one call. */
export const largestReceipt = 5_000;

const linesSchema = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1, 'at least one line is needed')
  .max(largestReceipt, 'at most 5,000 lines');

/** Lines with the same SKU are added up. */
export type StockLines = z.infer<typeof linesSchema>;

const stockSchema = z.object({
  sku: skuSchema,
  /** Pieces that ever came in. */
  received: z.int(),
  /** Pieces that came back from customers. */
  restocked: z.int(),
  /** Pieces on the shelf, the reserved ones among them. */
  onHand: z.int(),
  /** Pieces on the shelf that are promised to a checkout. */
  reserved: z.int(),
  /** Pieces that left for completed orders. */
  committed: z.int(),
});

export type Stock = z.infer<typeof stockSchema>;

const reservationSchema = z.object({
  reservationId: reservationIdSchema,
  state: z.enum(['active', 'committed', 'released']),
  /** Whether pieces were ever held; false for a release that came before its reservation. */
  wasReserved: z.boolean(),
  expiresAt: recordedInstantSchema,
});

export type Reservation = z.infer<typeof reservationSchema>;

export const receiptSchema = z.strictObject({
  receiptId: receiptIdSchema,
  lines: linesSchema,
  /** A delivery of more lines than one call takes; each part is taken in once, in any order. */
  part: z
    .strictObject({
      number: z.int().min(1),
      of: z.int().min(2).max(10_000),
      /** SHA-256 of the whole delivery: the same in all of its parts. */
      contentHash: z.string().regex(/^[0-9a-f]{64}$/, 'a hash is SHA-256 in hexadecimal'),
    })
    .refine(({ number, of }) => number <= of, {
      path: ['number'],
      error: 'a part has a number up to how many there are',
    })
    .optional(),
});

export type StockReceipt = z.infer<typeof receiptSchema>;

const reservation = z.strictObject({ reservationId: reservationIdSchema });

/** The id that the caller chooses is the idempotency key: the same call again changes nothing. */
export const inventoryContract = defineHttpContract({
  name: 'inventory',
  version: '1.0.0',
  summary: 'Stock on hand, and reservations that hold it for a checkout',
  operations: {
    listStock: {
      method: 'GET',
      path: '/stock',
      access: ['operator'],
      summary: 'The stock of one product, or of all',
      input: z.strictObject({ sku: skuSchema.optional() }),
      output: z.object({ stock: z.array(stockSchema) }),
      failures: [refusals.UnknownProduct],
    },
    receiveStock: {
      method: 'PUT',
      path: '/receipts/:receiptId',
      access: ['operator'],
      summary: 'Takes in a delivery or a part of one, once',
      input: receiptSchema,
      output: z.object({ receiptId: z.string() }),
      failures: ['IdempotencyConflict'],
    },
    reserve: {
      method: 'PUT',
      path: '/reservations/:reservationId',
      access: ['checkout-worker'],
      summary: 'Holds all lines or none; again while it is active, holds them longer and never shorter',
      input: z.strictObject({
        reservationId: reservationIdSchema,
        lines: linesSchema,
        /** The reservation ends by itself after this time; longer than any checkout can still be running. */
        expiresInSeconds: z
          .int()
          .min(1)
          .max(30 * 86_400)
          .default(7 * 86_400),
      }),
      output: reservationSchema,
      failures: [refusals.OutOfStock, refusals.UnknownProduct, 'IdempotencyConflict', 'InvalidState', 'InProgress'],
    },
    findReservation: {
      method: 'GET',
      path: '/reservations/:reservationId',
      access: ['checkout-worker', 'operator'],
      summary: 'One reservation',
      input: reservation,
      output: reservationSchema,
      failures: ['NotFound'],
    },
    listActiveReservations: {
      method: 'GET',
      path: '/active-reservations',
      access: ['checkout-worker', 'operator'],
      summary: 'The ids of reservations that have been held for a while, in their order, page by page',
      input: z.strictObject({
        olderThanSeconds: z.coerce.number().int().min(0).max(31_536_000),
        after: reservationIdSchema.optional().describe('the last id of the page before'),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ reservationIds: z.array(reservationIdSchema) }),
      failures: [],
    },
    commit: {
      method: 'POST',
      path: '/reservations/:reservationId/commit',
      access: ['checkout-worker'],
      summary: 'The pieces leave the shelf for the completed order',
      input: reservation,
      output: reservationSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    release: {
      method: 'POST',
      path: '/reservations/:reservationId/release',
      access: ['checkout-worker'],
      summary: 'Gives the pieces back; a reservation that was never seen is refused from now on',
      input: reservation,
      output: reservationSchema,
      failures: ['InvalidState', 'InProgress'],
    },
    restock: {
      method: 'PUT',
      path: '/restocks/:restockId',
      access: ['checkout-worker'],
      summary: 'Puts pieces that a customer gave back on the shelf again, once',
      input: z.strictObject({ restockId: restockIdSchema, lines: linesSchema }),
      output: z.object({ restockId: restockIdSchema }),
      failures: [refusals.UnknownProduct, 'IdempotencyConflict'],
    },
  },
});

export type InventoryClient = HttpClient<typeof inventoryContract>;
