import { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { approvalSchema } from '../../contracts/approvals.ts';
import { billIdSchema, purchaseOrderIdSchema, vendorIdSchema } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import { billDraftSchema, billPaymentSchema, billSchema, billStates } from './bill-shapes.ts';
import { orderReasonSchema } from './order-shapes.ts';

const bill = z.strictObject({ billId: billIdSchema });

/** Who reads bills. */
const readers = ['api', 'back-office-worker', 'operator', 'finance', 'manager', 'cfo'] as const;

/** How a bill of a vendor is compared with its order, accepted and paid. */
export const billOperations = {
  enterBill: {
    method: 'PUT',
    path: '/bills/:billId',
    access: ['back-office-worker'],
    summary: 'Enters what a vendor asks for; a number of a vendor once, however it is written',
    input: billDraftSchema,
    output: billSchema,
    failures: [
      'NotFound',
      'InvalidState',
      'IdempotencyConflict',
      purchaseRefusals.VendorUnknown,
      purchaseRefusals.DuplicateBill,
      invoiceRefusals.CurrencyMismatch,
    ],
  },
  matchBill: {
    method: 'PUT',
    path: '/bills/:billId/match',
    access: ['back-office-worker'],
    summary: 'Compares a bill with its order and what has come of it; again after a delivery',
    input: bill,
    output: billSchema,
    failures: ['NotFound', 'InvalidState', purchaseRefusals.OrderNotApproved],
  },
  acceptBill: {
    method: 'PUT',
    path: '/bills/:billId/accept',
    access: ['back-office-worker'],
    summary: 'Accepts a bill that fits its order, or whose mismatches a manager has approved: from now on it is owed',
    input: bill.extend({ approvals: z.array(approvalSchema).max(100).default([]) }),
    output: billSchema,
    failures: [
      'NotFound',
      'InvalidState',
      purchaseRefusals.OrderNotApproved,
      approvalRefusals.ApprovalOutdated,
      approvalRefusals.ApprovalMissing,
      approvalRefusals.AlreadyDecided,
      approvalRefusals.OwnApproval,
    ],
  },
  rejectBill: {
    method: 'PUT',
    path: '/bills/:billId/reject',
    access: ['back-office-worker'],
    summary: 'Rejects a bill that is not accepted; one that was not entered yet never will be',
    input: bill.extend({ reason: orderReasonSchema }),
    output: z.object({ bill: billSchema.optional().describe('Absent when it was not entered.') }),
    failures: ['InvalidState'],
  },
  recordBillPayment: {
    method: 'PUT',
    path: '/bills/:billId/payments',
    access: ['back-office-worker'],
    summary: 'Records that a bill was paid, whole or in part, once for each reference of the bank',
    input: billPaymentSchema,
    output: billSchema,
    failures: [
      'NotFound',
      'InvalidState',
      'IdempotencyConflict',
      invoiceRefusals.PaymentTooLarge,
      approvalRefusals.OwnApproval,
    ],
  },
  findBill: {
    method: 'GET',
    path: '/bills/:billId',
    access: readers,
    summary: 'One bill',
    input: bill,
    output: billSchema,
    failures: ['NotFound'],
  },
  listBills: {
    method: 'GET',
    path: '/bills',
    access: readers,
    summary: 'Bills without their lines, newest first',
    input: z.strictObject({
      state: z.enum(billStates).optional(),
      vendorId: vendorIdSchema.optional(),
      poId: purchaseOrderIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: z.object({ bills: z.array(billSchema.omit({ lines: true })) }),
    failures: [],
  },
} as const satisfies Record<string, HttpOperation>;
