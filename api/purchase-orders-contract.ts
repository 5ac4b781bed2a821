import { z } from 'zod';
import { budgetIdSchema, purchaseOrderIdSchema, vendorIdSchema } from '../contracts/identifiers.ts';
import { currencySchema } from '../contracts/money.ts';
import { purchaseRefusals } from '../contracts/purchase-refusals.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { purchasingContract } from '../services/purchasing/contract.ts';
import { orderLinesSchema, orderStates } from '../services/purchasing/order-shapes.ts';
import { approvalFailures, approvalStatusSchema } from './payroll-shapes.ts';
import { decisionSchema, exampleDecision, exampleStatus, noteField, resultFields, statusFields } from './shapes.ts';

const { findOrder, listOrders, closeOrder } = purchasingContract.operations;

/** Who orders, and withdraws what is theirs. */
const buyers = ['employee', 'finance', 'manager', 'cfo'] as const;
/** Who may hold a role, or have it lent: that of which person counts says the process. */
const deciders = ['employee', 'reviewer', 'operator', 'finance', 'manager', 'cfo', 'payroll'] as const;
const readers = ['employee', 'operator', 'finance', 'manager', 'cfo'] as const;

const order = z.strictObject({ poId: purchaseOrderIdSchema });
const vote = order.extend({
  version: z.coerce.number().int().min(1).describe('the version that was looked at'),
  note: noteField,
});

const purchaseOrderStatusSchema = z.looseObject({
  poId: z.string(),
  ...statusFields,
  number: z.string().optional(),
  orderState: z.enum(orderStates).optional().describe('how purchasing names its end'),
  currency: currencySchema.optional(),
  total: z.int().optional().describe('net of tax, in minor units'),
  reserved: z.int().optional().describe('of its budget, in minor units'),
  approval: approvalStatusSchema.optional(),
});

const exampleLines = [{ description: 'Steel', quantity: 2, unitPrice: 2_000_000 }];
const exampleApproval = {
  ...{ version: 1, required: ['manager'], missing: ['manager'], authors: ['rita'], approvals: [] },
  ...{ requestedAt: '2026-02-20T09:00:00.000Z', escalatesAt: '2026-02-25T09:00:00.000Z' },
  expiresAt: '2026-03-06T09:00:00.000Z',
};
const exampleGiven = {
  ...exampleApproval,
  missing: [],
  approvals: [
    { by: 'mary', version: 1, roles: [{ role: 'manager' }], note: 'checked', at: '2026-02-20T12:00:00.000Z' },
  ],
};
const exampleListed = {
  ...{ poId: 'po-1', number: 'PO-000017', version: 1, state: 'awaiting-approval', vendorId: 'v-1' },
  ...{ vendorName: 'Steel & Sons', requester: { personId: 'rita', name: 'Rita Requester', email: 'rita@example.org' } },
  ...{ authors: ['rita'], currency: 'EUR', total: 4_000_000, required: ['manager'], approvals: [], released: 0 },
  submittedAt: '2026-02-20T09:00:00.000Z',
};
const exampleOrder = {
  ...exampleListed,
  lines: exampleLines.map((line) => ({ ...line, line: 1, received: 0, billed: 0 })),
};
const exampleVote = { poId: 'po-1', version: 1, note: 'checked' };

/** What those who order, and those who approve it, do about purchase orders. */
export const purchaseOrderOperations = {
  submitPurchaseOrder: {
    method: 'PUT',
    path: '/v1/purchase-orders/:poId',
    access: buyers,
    summary:
      'Submits an order; who calls is its requester, and approves nothing of it; the same again is the same order',
    input: order.extend({
      vendorId: vendorIdSchema,
      currency: currencySchema,
      budgetId: budgetIdSchema.optional(),
      lines: orderLinesSchema,
    }),
    output: order,
    failures: ['IdempotencyConflict'],
    example: {
      input: { poId: 'po-1', vendorId: 'v-1', currency: 'EUR', lines: exampleLines },
      output: { poId: 'po-1' },
    },
  },
  readPurchaseOrder: {
    method: 'GET',
    path: '/v1/purchase-orders/:poId',
    access: readers,
    summary: 'Where the approval of an order stands, and whose is missing',
    input: order,
    output: purchaseOrderStatusSchema,
    failures: ['NotFound', 'InvalidState'],
    example: {
      input: { poId: 'po-1' },
      output: {
        ...{ poId: 'po-1', ...exampleStatus, state: 'awaiting-approval', number: 'PO-000017' },
        ...{ currency: 'EUR', total: 4_000_000, approval: exampleApproval },
      },
    },
  },
  findPurchaseOrder: {
    ...findOrder,
    path: '/v1/purchase-orders/:poId/order',
    access: readers,
    summary: 'An order as purchasing has it, with the lines of its current version',
    example: { input: { poId: 'po-1' }, output: exampleOrder },
  },
  listPurchaseOrders: {
    ...listOrders,
    path: '/v1/purchase-orders',
    access: readers,
    example: { input: { awaitingPerson: 'mary', limit: 100 }, output: { orders: [exampleListed] } },
  },
  amendPurchaseOrder: {
    method: 'POST',
    path: '/v1/purchase-orders/:poId/amendments',
    access: buyers,
    summary: 'Puts other lines in the place of a version: approvals are void, and who amends it approves nothing of it',
    input: vote.extend({ lines: orderLinesSchema }),
    output: approvalStatusSchema,
    failures: [...approvalFailures, purchaseRefusals.BudgetExceeded],
    example: {
      input: { ...exampleVote, lines: exampleLines },
      output: { ...exampleApproval, version: 2 },
    },
  },
  approvePurchaseOrder: {
    method: 'POST',
    path: '/v1/purchase-orders/:poId/approvals',
    access: deciders,
    summary: 'Approves a version, for a role of who calls; with all roles the order is approved',
    input: vote,
    output: approvalStatusSchema,
    failures: approvalFailures,
    example: { input: exampleVote, output: exampleGiven },
  },
  rejectPurchaseOrder: {
    method: 'POST',
    path: '/v1/purchase-orders/:poId/rejections',
    access: deciders,
    summary: 'Rejects a version, which ends the order',
    input: vote,
    output: decisionSchema,
    failures: approvalFailures,
    example: {
      input: exampleVote,
      output: {
        ...exampleDecision,
        what: 'the order PO-000017, version 1, as manager',
        decision: 'reject',
        by: 'mary',
      },
    },
  },
  withdrawPurchaseOrder: {
    method: 'POST',
    path: '/v1/purchase-orders/:poId/withdrawals',
    access: buyers,
    summary: 'An author withdraws an order that is not approved; answered when its budget is given back',
    input: vote,
    output: z.looseObject({ poId: z.string(), ...resultFields }),
    failures: approvalFailures,
    example: {
      input: exampleVote,
      output: { poId: 'po-1', outcome: 'cancelled', orderState: 'withdrawn', undone: ['end the order'] },
    },
  },
  closePurchaseOrder: {
    ...closeOrder,
    path: '/v1/purchase-orders/:poId/close',
    example: {
      input: { poId: 'po-1', reason: 'the rest is not needed' },
      output: { ...exampleOrder, state: 'closed', released: 4_000_000, approvedAt: '2026-02-21T09:00:00.000Z' },
    },
  },
} as const satisfies Record<string, HttpOperation>;
