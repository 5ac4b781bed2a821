import { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { approvalSchema, personRoleSchema } from '../../contracts/approvals.ts';
import { personIdSchema, purchaseOrderIdSchema, vendorIdSchema } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import {
  askedApproversSchema,
  endedOutcomes,
  orderDraftSchema,
  orderLinesSchema,
  orderReasonSchema,
  orderSchema,
  orderStates,
  receiptDraftSchema,
} from './order-shapes.ts';

const order = z.strictObject({ poId: purchaseOrderIdSchema });
const version = z.int().min(1).describe('The version that the caller has seen: 1 at first.');

/** Who reads orders. */
const readers = ['api', 'back-office-worker', 'employee', 'operator', 'finance', 'manager', 'cfo'] as const;

/** How an order is decided about, and what becomes of it when it is approved. */
export const orderOperations = {
  submitOrder: {
    method: 'PUT',
    path: '/orders/:poId',
    access: ['back-office-worker'],
    summary: 'Submits an order under the next number; it waits for its approvals from now on',
    input: orderDraftSchema,
    output: orderSchema,
    failures: [
      purchaseRefusals.VendorUnknown,
      invoiceRefusals.CurrencyMismatch,
      'NotFound',
      'InvalidState',
      'IdempotencyConflict',
    ],
  },
  reserveBudget: {
    method: 'PUT',
    path: '/orders/:poId/budget',
    access: ['back-office-worker'],
    summary: 'Reserves what the version comes to of the budget that the order names; of none where it names none',
    input: order.extend({ version }),
    output: z.object({ reserved: z.int().describe('Minor units; 0 where the order names no budget.') }),
    failures: ['NotFound', 'InvalidState', approvalRefusals.ApprovalOutdated, purchaseRefusals.BudgetExceeded],
  },
  releaseBudget: {
    method: 'PUT',
    path: '/orders/:poId/budget/release',
    access: ['back-office-worker'],
    summary: 'Gives back what an order that is not approved has reserved; a reservation that comes later is refused',
    input: order,
    output: z.object({ released: z.int().describe('Minor units; 0 where nothing was reserved.') }),
    failures: ['InvalidState'],
  },
  amendOrder: {
    method: 'PUT',
    path: '/orders/:poId/amend',
    access: ['back-office-worker'],
    summary: 'Puts other lines in the place of a version, and reserves what they come to: all of it or nothing',
    input: order.extend({
      version: version.describe('The version that is amended: the next one takes its place.'),
      by: personIdSchema.describe('Who amends it, and so approves nothing of it from now on.'),
      lines: orderLinesSchema,
    }),
    output: orderSchema,
    failures: ['NotFound', 'InvalidState', approvalRefusals.ApprovalOutdated, purchaseRefusals.BudgetExceeded],
  },
  askApprovers: {
    method: 'PUT',
    path: '/orders/:poId/approvers',
    access: ['back-office-worker'],
    summary: 'Has those told who may approve a version: each once for each kind and day, however often it is called',
    input: askedApproversSchema,
    output: z.object({ asked: z.int().describe('People who are told by this call; 0 when all of them were before.') }),
    failures: ['NotFound', 'InvalidState', approvalRefusals.ApprovalOutdated],
  },
  approveOrder: {
    method: 'PUT',
    path: '/orders/:poId/approve',
    access: ['back-office-worker'],
    summary: 'Approves a version with the approvals that were given; they are checked again',
    input: order.extend({ version, approvals: z.array(approvalSchema).max(100) }),
    output: orderSchema,
    failures: [
      'NotFound',
      'InvalidState',
      approvalRefusals.ApprovalOutdated,
      approvalRefusals.ApprovalMissing,
      approvalRefusals.AlreadyDecided,
      approvalRefusals.OwnApproval,
    ],
  },
  endOrder: {
    method: 'PUT',
    path: '/orders/:poId/end',
    access: ['back-office-worker'],
    summary:
      'Ends an order that is not approved and gives its budget back; one that was not submitted yet never will be',
    input: order.extend({
      outcome: z.enum(endedOutcomes),
      reason: orderReasonSchema,
    }),
    output: z.object({ order: orderSchema.optional().describe('Absent when it was not submitted.') }),
    failures: ['InvalidState'],
  },
  closeOrder: {
    method: 'PUT',
    path: '/orders/:poId/close',
    access: ['finance', 'manager', 'cfo'],
    summary: 'Closes an approved order: what is not billed of it is not reserved any more',
    input: order.extend({ reason: orderReasonSchema }),
    output: orderSchema,
    failures: ['NotFound', 'InvalidState', purchaseRefusals.OrderNotApproved],
  },
  receive: {
    method: 'PUT',
    path: '/orders/:poId/receipts/:receiptId',
    access: ['operator', 'finance', 'manager'],
    summary: 'Records what has come of an approved order, once for each receipt',
    input: receiptDraftSchema,
    output: orderSchema,
    failures: ['NotFound', purchaseRefusals.OrderNotApproved, purchaseRefusals.ReceiptTooLarge, 'IdempotencyConflict'],
  },
  findOrder: {
    method: 'GET',
    path: '/orders/:poId',
    access: readers,
    summary: 'One order',
    input: order,
    output: orderSchema,
    failures: ['NotFound'],
  },
  listOrders: {
    method: 'GET',
    path: '/orders',
    access: readers,
    summary: 'Orders without their lines, newest first',
    input: z.strictObject({
      state: z.enum(orderStates).optional(),
      vendorId: vendorIdSchema.optional(),
      requester: personIdSchema.optional(),
      awaitingPerson: personIdSchema.optional().describe('Who was asked for an approval last, among others.'),
      awaitingRole: personRoleSchema.optional().describe('For which an approval was asked for last, among others.'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: z.object({ orders: z.array(orderSchema.omit({ lines: true })) }),
    failures: [],
  },
} as const satisfies Record<string, HttpOperation>;
