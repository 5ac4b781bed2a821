import { z } from 'zod';
import { budgetIdSchema, vendorIdSchema } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { billOperations } from './bill-contract.ts';
import { orderOperations } from './order-contract.ts';
import { budgetDraftSchema, budgetSchema, vendorSchema } from './order-shapes.ts';

export type { Bill, BillDraft, BillLine } from './bill-shapes.ts';
export type { AskedApprovers, Order, OrderDraft, OrderLine } from './order-shapes.ts';

/** The id that the caller chooses is the idempotency key: the same call again changes nothing. */
export const purchasingContract = defineHttpContract({
  name: 'purchasing',
  version: '1.0.0',
  summary:
    'Purchase orders from submitted to closed, the budgets that they reserve, and what is delivered and billed on them',
  operations: {
    importVendors: {
      method: 'POST',
      path: '/vendors/import',
      access: ['operator', 'finance'],
      summary: 'Adds vendors, or updates them; of two with the same id the last one counts',
      input: z.strictObject({ vendors: z.array(vendorSchema).min(1).max(1_000) }),
      output: z.object({ imported: z.int() }),
      failures: [],
    },
    findVendor: {
      method: 'GET',
      path: '/vendors/:vendorId',
      access: ['api', 'back-office-worker', 'employee', 'operator', 'finance', 'manager', 'cfo'],
      summary: 'One vendor',
      input: z.strictObject({ vendorId: vendorIdSchema }),
      output: vendorSchema,
      failures: [purchaseRefusals.VendorUnknown],
    },
    setBudget: {
      method: 'PUT',
      path: '/budgets/:budgetId',
      access: ['finance', 'cfo'],
      summary: 'Says what may be spent on a purpose; never less than orders have reserved or spent',
      input: budgetDraftSchema,
      output: budgetSchema,
      failures: [purchaseRefusals.BudgetExceeded, invoiceRefusals.CurrencyMismatch],
    },
    findBudget: {
      method: 'GET',
      path: '/budgets/:budgetId',
      access: ['api', 'back-office-worker', 'operator', 'finance', 'manager', 'cfo'],
      summary: 'One budget, and what is left of it',
      input: z.strictObject({ budgetId: budgetIdSchema }),
      output: budgetSchema,
      failures: ['NotFound'],
    },
    ...orderOperations,
    ...billOperations,
  },
});

export type PurchasingClient = HttpClient<typeof purchasingContract>;
