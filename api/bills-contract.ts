import { z } from 'zod';
import { approvalRefusals } from '../contracts/approval-refusals.ts';
import { billIdSchema } from '../contracts/identifiers.ts';
import { invoiceRefusals } from '../contracts/invoice-refusals.ts';
import { currencySchema } from '../contracts/money.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { billDraftSchema, billPaymentSchema, billSchema, billStates } from '../services/purchasing/bill-shapes.ts';
import { purchasingContract } from '../services/purchasing/contract.ts';
import { approvalFailures } from './payroll-shapes.ts';
import { decisionSchema, exampleDecision, exampleStatus, noteField, statusFields } from './shapes.ts';

const { findBill, listBills } = purchasingContract.operations;

/** Who enters bills, and pays those that others have entered. */
const office = ['finance', 'manager', 'cfo'] as const;
/** Who may hold a role, or have it lent: that of which person counts says the process. */
const deciders = ['employee', 'reviewer', 'operator', 'finance', 'manager', 'cfo', 'payroll'] as const;
const readers = ['operator', 'finance', 'manager', 'cfo'] as const;

const bill = z.strictObject({ billId: billIdSchema });

const factFields = {
  number: z.string().optional().describe('as the vendor has written it'),
  poNumber: z.string().optional().describe('of its order'),
  billState: z.enum(billStates).optional().describe('as purchasing names it'),
  currency: currencySchema.optional(),
  total: z.int().optional().describe('with tax, in minor units'),
  open: z.int().optional().describe('what is still to be paid, in minor units'),
  dueDate: z.iso.date().optional(),
  variance: billSchema
    .pick({ version: true, mismatches: true })
    .optional()
    .describe('what it differed in from its order when it was compared last; its `version` is what a manager approves'),
};
const factsSchema = z.looseObject(factFields);

const exampleVersion = '5d41402abc4b2a76b9719d911017c592ae2f1c8f6f6d3c0e9d1b2a3c4d5e6f70';
const exampleLines = [{ line: 1, description: 'Steel', quantity: 40, unitPrice: 61_800 }];
const exampleFacts = {
  ...{ number: 'R-2026/118', poNumber: 'PO-000017', billState: 'accepted', currency: 'EUR' },
  ...{ total: 2_472_000, open: 1_472_000, dueDate: '2026-03-22' },
  variance: { version: exampleVersion, mismatches: [] },
};
const exampleVariance = {
  version: exampleVersion,
  mismatches: [{ kind: 'price', line: 1, allowed: 61_200, billed: 61_800 }],
};
const exampleListed = {
  ...{ billId: 'b-1', number: 'R-2026/118', vendorId: 'v-1', vendorName: 'Steel & Sons', poId: 'po-1' },
  ...{ poNumber: 'PO-000017', state: 'mismatched', open: 2_472_000, dueDate: '2026-03-22', enteredBy: 'rita' },
  ...{ amounts: { currency: 'EUR', net: 2_472_000, tax: 0, total: 2_472_000 }, approvals: [], release: 0 },
  ...{ ...exampleVariance, enteredAt: '2026-02-20T09:00:00.000Z' },
};

/** What those who enter, approve and pay bills of vendors do about them. */
export const billOperations = {
  enterVendorBill: {
    method: 'PUT',
    path: '/v1/bills/:billId',
    access: office,
    summary: 'Enters a bill; who calls neither approves it nor pays it; the same again is the same bill',
    input: billDraftSchema.omit({ enteredBy: true }),
    output: bill,
    failures: ['IdempotencyConflict'],
    example: {
      input: {
        ...{ billId: 'b-1', vendorId: 'v-1', number: 'R-2026/118', poId: 'po-1', currency: 'EUR' },
        ...{ lines: exampleLines, tax: 0, dueDate: '2026-03-22' },
      },
      output: { billId: 'b-1' },
    },
  },
  readVendorBill: {
    method: 'GET',
    path: '/v1/bills/:billId',
    access: readers,
    summary: 'Where a bill stands: what it differs in, and what is open',
    input: bill,
    output: z.looseObject({ billId: z.string(), ...statusFields, ...factFields }),
    failures: ['NotFound', 'InvalidState'],
    example: {
      input: { billId: 'b-1' },
      output: {
        ...{ billId: 'b-1', ...exampleStatus, state: 'mismatched', ...exampleFacts, billState: 'mismatched' },
        ...{ open: 2_472_000, variance: exampleVariance },
      },
    },
  },
  findVendorBill: {
    ...findBill,
    path: '/v1/bills/:billId/bill',
    access: readers,
    summary: 'A bill as purchasing has it, with its lines',
    example: { input: { billId: 'b-1' }, output: { ...exampleListed, lines: exampleLines } },
  },
  listVendorBills: {
    ...listBills,
    path: '/v1/bills',
    access: readers,
    example: { input: { state: 'mismatched', limit: 100 }, output: { bills: [exampleListed] } },
  },
  approveVendorBill: {
    method: 'POST',
    path: '/v1/bills/:billId/approvals',
    access: deciders,
    summary: 'Approves, as a manager who has not entered it, what a bill differs in from its order',
    input: bill.extend({
      version: z.string().min(1).max(128).describe('of the variance that was looked at'),
      note: noteField,
    }),
    output: decisionSchema,
    failures: approvalFailures,
    example: {
      input: { billId: 'b-1', version: exampleVersion, note: 'the price of steel has risen' },
      output: { ...exampleDecision, what: 'the bill', decision: 'approve', by: 'mary' },
    },
  },
  rejectVendorBill: {
    method: 'POST',
    path: '/v1/bills/:billId/rejections',
    access: deciders,
    summary: 'Rejects a bill that is not accepted, as a manager or as who has entered it',
    input: bill.extend({ note: noteField }),
    output: decisionSchema,
    failures: approvalFailures,
    example: {
      input: { billId: 'b-1', note: 'not what was agreed' },
      output: { ...exampleDecision, what: 'the bill', decision: 'reject', by: 'mary' },
    },
  },
  matchVendorBill: {
    method: 'POST',
    path: '/v1/bills/:billId/matches',
    access: office,
    summary: 'Compares a bill with its order again, at once: a delivery has come',
    input: bill,
    output: factsSchema,
    failures: ['NotFound', 'InvalidState'],
    example: { input: { billId: 'b-1' }, output: exampleFacts },
  },
  payVendorBill: {
    method: 'POST',
    path: '/v1/bills/:billId/payments',
    access: office,
    summary: 'Records that a bill was paid, whole or in part, by who has not entered it; once for each bank reference',
    input: billPaymentSchema.omit({ by: true }),
    output: factsSchema,
    failures: [
      'NotFound',
      'InvalidState',
      'IdempotencyConflict',
      invoiceRefusals.PaymentTooLarge,
      approvalRefusals.OwnApproval,
    ],
    example: {
      input: { billId: 'b-1', bankReference: '2026-03-20/7', amount: 1_000_000 },
      output: exampleFacts,
    },
  },
} as const satisfies Record<string, HttpOperation>;
