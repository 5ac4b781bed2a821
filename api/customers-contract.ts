import { z } from 'zod';
import { recordedInstantSchema } from '../contracts/identifiers.ts';
import { copyKeepers } from '../contracts/user-copy.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { billingContract } from '../services/billing/contract.ts';
import { communitiesContract } from '../services/communities/contract.ts';
import { customersContract } from '../services/customers/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { reviewsOfCustomerSchema } from '../services/reviews/contract.ts';
import { exampleAmounts, exampleInvoice } from './shapes.ts';

const customers = customersContract.operations;
const { findOrder } = ordersContract.operations;
const { exportCustomer: billed } = billingContract.operations;
const { listResidences } = communitiesContract.operations;

const customerId = 'customer-123';
const exampleCustomer = {
  ...{ customerId, name: 'Ada Lovelace', email: 'ada@example.org', country: 'GB', status: 'active' },
} as const;
const exampleBan = { input: { customerId, reason: 'cards of others' }, output: exampleCustomer };
const exampleBalances = { balances: [{ currency: 'EUR', amount: 11_900 }] };
const examplePurchases = {
  purchases: [
    {
      ...{ orderId: 'c-1', total: { amount: 5_998, currency: 'USD' }, itemCount: 2 },
      completedAt: '2026-01-31T12:00:01.000Z',
    },
  ],
};

/** Accounts of customers: what the shop knows of people and does about them. */
export const customerOperations = {
  readCustomer: {
    ...customers.findCustomer,
    path: '/v1/customers/:customerId',
    access: ['operator', 'finance'],
    example: { input: { customerId }, output: exampleCustomer },
  },
  listPurchases: {
    ...customers.listPurchases,
    path: '/v1/customers/:customerId/purchases',
    example: { input: { customerId }, output: examplePurchases },
  },
  listBalances: {
    ...customers.listBalances,
    path: '/v1/customers/:customerId/balances',
    example: { input: { customerId }, output: exampleBalances },
  },
  importCustomers: {
    ...customers.importCustomers,
    path: '/v1/customers/import',
    example: { input: { customers: [exampleCustomer] }, output: { imported: 1, stillBanned: [] } },
  },
  banCustomer: {
    ...customers.banCustomer,
    path: '/v1/customers/:customerId/ban',
    example: { ...exampleBan, output: { ...exampleCustomer, status: 'banned' } },
  },
  unbanCustomer: { ...customers.unbanCustomer, path: '/v1/customers/:customerId/unban', example: exampleBan },
  eraseCustomer: {
    ...customers.eraseCustomer,
    path: '/v1/customers/:customerId/erasure',
    output: customers.eraseCustomer.output.extend({
      historiesUntil: recordedInstantSchema.describe(
        'until when Temporal keeps sealed histories of the processes of this person that have ended by now; of one that still runs, as long after its end',
      ),
    }),
    example: {
      input: { customerId },
      output: { customerId, erasedAt: '2026-01-31T12:00:00.000Z', historiesUntil: '2026-02-03T12:00:00.000Z' },
    },
  },
  exportCustomer: {
    method: 'GET',
    path: '/v1/customers/:customerId/export',
    access: ['operator'],
    summary: 'All that is kept about a person: for who has to answer when they ask',
    input: customers.findCustomer.input,
    output: z.object({
      customer: customers.findCustomer.output,
      bans: customers.findBans.output,
      ...customers.listBalances.output.shape,
      ...customers.listPurchases.output.shape,
      orders: z.array(findOrder.output),
      ...billed.output.shape,
      ...reviewsOfCustomerSchema.shape,
      ...listResidences.output.shape,
      isComplete: z.boolean().describe('whether no more than a thousand of one kind are kept'),
    }),
    failures: customers.findCustomer.failures,
    example: {
      input: { customerId },
      output: {
        ...{ customer: exampleCustomer, ...exampleBalances, ...examplePurchases, isComplete: true },
        orders: [
          {
            ...{ orderId: 'c-1', checkoutId: 'c-1', customerId, state: 'completed', refunded: 0 },
            ...{ amounts: exampleAmounts, lines: [], refunds: [], placedAt: '2026-01-31T12:00:00.000Z' },
          },
        ],
        ...{ invoices: [{ ...exampleInvoice, lines: [], taxes: [] }], payments: [], creditNotes: [] },
        reviews: [
          {
            ...{ reviewId: 'rv-1', sku: 'product-1', customerId, rating: 5, text: 'It shines.' },
            submittedAt: '2026-01-31T12:00:00.000Z',
          },
        ],
        bans: { times: 1, lifted: [{ reason: 'a mistake', liftedAt: '2026-01-31T12:00:00.000Z' }] },
        residences: [{ communityId: 'oak-court', movedIn: '2025-01-01', charges: [] }],
      },
    },
  },
  republishAccounts: {
    ...customers.republish,
    path: '/v1/accounts/republish',
    access: ['operator'],
    example: { input: { customerIds: [customerId] }, output: { republished: 1, unknown: [] } },
  },
  checkCopy: {
    method: 'PUT',
    path: '/v1/user-checks/:name',
    access: ['operator'],
    summary: 'Compares the copy of the accounts that a service keeps with the accounts, until it is in step',
    input: z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name has 1 to 64 letters, digits, dots and dashes')
        .describe('made by the caller: the same again is the same check while it runs'),
      service: z.enum(copyKeepers).describe('whose copy'),
    }),
    output: z.object({ checkId: z.string().describe('names the process of the kind `user-check`') }),
    failures: [],
    example: { input: { name: 'by-hand-1', service: 'billing' }, output: { checkId: 'billing/by-hand-1' } },
  },
} as const satisfies Record<string, HttpOperation>;
