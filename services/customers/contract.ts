import { z } from 'zod';
import {
  countrySchema,
  customerIdSchema,
  instantSchema,
  orderIdSchema,
  recordedInstantSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { currencySchema, largestAmount, moneySchema } from '../../contracts/money.ts';
import { bucketChecksumSchema, bucketSchema } from '../../contracts/read-copy.ts';
import { refusals } from '../../contracts/refusals.ts';
import { atMost } from '../../contracts/texts.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

const customerSchema = z.strictObject({
  customerId: customerIdSchema,
  name: atMost(z.string().min(1), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema,
  country: countrySchema,
  status: z.enum(['active', 'banned', 'erased']),
});

export type Customer = z.infer<typeof customerSchema>;

export const importedCustomerSchema = customerSchema.extend({
  /** Left out, it stays as it is; a new customer is active. No import lifts a ban. */
  status: customerSchema.shape.status.extract(['active', 'banned']).optional(),
});

export type ImportedCustomer = z.infer<typeof importedCustomerSchema>;

const accountSchema = customerSchema.extend({
  /** Counts the changes of the account. */
  version: z.int(),
});

export type Account = z.infer<typeof accountSchema>;

const bansSchema = z.strictObject({
  times: z.int().describe('How often; the reason of each was in its event.'),
  lifted: z.array(z.strictObject({ reason: z.string(), liftedAt: recordedInstantSchema })).describe('Oldest first.'),
});

export type Bans = z.infer<typeof bansSchema>;

const erasureSchema = z.strictObject({ customerId: customerIdSchema, erasedAt: recordedInstantSchema });

export type Erasure = z.infer<typeof erasureSchema>;

const purchaseSchema = z.strictObject({
  orderId: orderIdSchema,
  total: moneySchema,
  itemCount: z.int().min(1),
  completedAt: recordedInstantSchema,
});

export type Purchase = z.infer<typeof purchaseSchema>;

const balanceSchema = z.strictObject({
  currency: currencySchema,
  amount: z.int().describe('Minor units: above zero what the customer owes, below it their credit.'),
});

export type Balance = z.infer<typeof balanceSchema>;

/** As long as the longest id of a payment. */
const balanceKeySchema = z
  .string()
  .regex(
    /^(invoice|payment|credit-note)\/[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
    'a balance is changed by an invoice, a payment or a credit note and its id: payment/p-1',
  );

const reasonSchema = atMost(z.string().trim().min(1, 'say why'), 200, 'a reason has at most 200 characters');

export const customersContract = defineHttpContract({
  name: 'customers',
  version: '1.0.0',
  summary: 'Who buys, who may not buy, and what they bought',
  operations: {
    findCustomer: {
      method: 'GET',
      path: '/customers/:customerId',
      access: ['checkout-worker', 'back-office-worker', 'checkout-inbox', 'operator', 'finance'],
      summary: 'One customer',
      input: z.strictObject({ customerId: customerIdSchema }),
      output: customerSchema,
      failures: [refusals.CustomerNotFound],
    },
    importCustomers: {
      method: 'POST',
      path: '/customers/import',
      access: ['operator'],
      summary: 'Adds customers, or updates them; a ban stays, and one that it sets cancels no checkouts',
      input: z.strictObject({
        customers: z.array(importedCustomerSchema).min(1).max(1_000),
        /** Customers that are there are updated, or are kept as they are: then only missing ones are added. */
        existing: z.enum(['update', 'keep']).default('update'),
      }),
      output: z.object({
        /** How many were added or updated. */
        imported: z.int(),
        /** Those that were sent as active and stay banned. */
        stillBanned: z.array(customerIdSchema),
        /** Those that were erased, and stay so: who comes back has another id. */
        stillErased: z.array(customerIdSchema).optional(),
      }),
      failures: [],
    },
    banCustomer: {
      method: 'PUT',
      path: '/customers/:customerId/ban',
      access: ['operator'],
      summary: 'Bans an account, once, and has its open checkouts and payments of invoices cancelled',
      input: z.strictObject({
        customerId: customerIdSchema,
        reason: reasonSchema,
      }),
      output: customerSchema,
      failures: [refusals.CustomerNotFound],
    },
    unbanCustomer: {
      method: 'PUT',
      path: '/customers/:customerId/unban',
      access: ['operator'],
      summary: 'Lifts the ban of an account, once; the only way to do so',
      input: z.strictObject({
        customerId: customerIdSchema,
        reason: reasonSchema,
      }),
      output: customerSchema,
      failures: [refusals.CustomerNotFound],
    },
    findBans: {
      method: 'GET',
      path: '/customers/:customerId/bans',
      access: ['operator'],
      summary: 'How often an account was banned, and why each ban was lifted',
      input: z.strictObject({ customerId: customerIdSchema }),
      output: bansSchema,
      failures: [refusals.CustomerNotFound],
    },
    eraseCustomer: {
      method: 'PUT',
      path: '/customers/:customerId/erasure',
      access: ['operator'],
      summary:
        'Erases a person here and, by an event, wherever else their name is kept; again erases what has come since',
      input: z.strictObject({ customerId: customerIdSchema }),
      output: erasureSchema,
      failures: [refusals.CustomerNotFound],
    },
    listUsers: {
      method: 'GET',
      path: '/users',
      access: ['back-office-worker', 'operator'],
      summary: 'All accounts with their versions, by their ids; a page that is not full is the last one',
      input: z.strictObject({
        after: customerIdSchema.optional().describe('The last id of the page before.'),
        bucket: bucketSchema.optional().describe('Only those of one part, as `checksums` divides them.'),
        limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
      }),
      output: z.object({ users: z.array(accountSchema) }),
      failures: [],
    },
    republish: {
      method: 'POST',
      path: '/users/republish',
      access: ['back-office-worker', 'operator'],
      summary: 'Publishes accounts as they stand, for those who keep copies of them',
      input: z.strictObject({ customerIds: z.array(customerIdSchema).min(1).max(1_000) }),
      output: z.object({ republished: z.int(), unknown: z.array(customerIdSchema) }),
      failures: [],
    },
    checksums: {
      method: 'GET',
      path: '/users/checksums',
      access: ['back-office-worker', 'operator'],
      summary: 'What the accounts are, in 64 parts: a copy of them that is in step has the same',
      input: z.strictObject({}),
      output: z.object({ buckets: z.array(bucketChecksumSchema) }),
      failures: [],
    },
    changeBalance: {
      method: 'POST',
      path: '/customers/:customerId/balance-changes',
      access: ['back-office-worker'],
      summary: 'Changes what a customer owes less their credit, once for each key for ever; answers the balance',
      input: z.strictObject({
        customerId: customerIdSchema,
        key: balanceKeySchema,
        currency: currencySchema,
        amount: z.int().min(-largestAmount).max(largestAmount).describe('Minor units; below zero they owe less.'),
      }),
      output: balanceSchema,
      failures: ['IdempotencyConflict'],
    },
    listBalances: {
      method: 'GET',
      path: '/customers/:customerId/balances',
      access: ['operator', 'finance'],
      summary: 'What a customer owes less their credit, by currency',
      input: z.strictObject({ customerId: customerIdSchema }),
      output: z.object({ balances: z.array(balanceSchema) }),
      failures: [refusals.CustomerNotFound],
    },
    addPurchase: {
      method: 'PUT',
      path: '/customers/:customerId/purchases/:orderId',
      access: ['checkout-worker'],
      summary: 'Adds a completed order to the purchase history, once',
      input: purchaseSchema.extend({ customerId: customerIdSchema, completedAt: instantSchema }),
      output: purchaseSchema,
      failures: [refusals.CustomerNotFound, 'IdempotencyConflict'],
    },
    listPurchases: {
      method: 'GET',
      path: '/customers/:customerId/purchases',
      access: ['operator'],
      summary: 'The purchase history, newest first',
      input: z.strictObject({ customerId: customerIdSchema }),
      output: z.object({ purchases: z.array(purchaseSchema) }),
      failures: [refusals.CustomerNotFound],
    },
  },
});

export type CustomersClient = HttpClient<typeof customersContract>;
