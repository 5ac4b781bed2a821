import { z } from 'zod';
import { paymentMethodForm, paymentMethodRule } from './payment-method.ts';
import { atMost } from './texts.ts';

export { type Country, countrySchema } from './countries.ts';
export { instantSchema, recordedInstantSchema } from './instants.ts';

const form = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
const rule =
  'an id has 1 to 64 letters, digits, dots, dashes and underscores, and begins and ends with a letter or digit';
const identifier = () =>
  z.string({ error: (issue) => (issue.input === undefined ? 'is required' : rule) }).regex(form, rule);

/** Made by the caller; names one checkout for ever. */
export const checkoutIdSchema = identifier().brand('CheckoutId');
export type CheckoutId = z.infer<typeof checkoutIdSchema>;

export const customerIdSchema = identifier().brand('CustomerId');
export type CustomerId = z.infer<typeof customerIdSchema>;

/** Stock keeping unit: names a product in the catalog and in the inventory. */
export const skuSchema = identifier().brand('Sku');
export type Sku = z.infer<typeof skuSchema>;

/** One order for each checkout: it carries the checkout's id. */
export const orderIdSchema = identifier().brand('OrderId');
export type OrderId = z.infer<typeof orderIdSchema>;

/** One reservation for each order: it carries the order's id. */
export const reservationIdSchema = identifier().brand('ReservationId');
export type ReservationId = z.infer<typeof reservationIdSchema>;

/** Made by the caller; names one review of a product for ever. */
export const reviewIdSchema = identifier().brand('ReviewId');
export type ReviewId = z.infer<typeof reviewIdSchema>;

/** One payment for each attempt of a checkout: `<checkoutId>-<attempt>`. */
export const paymentIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, rule)
  .brand('PaymentId');
export type PaymentId = z.infer<typeof paymentIdSchema>;

/** A workflow, as Temporal names it: its kind and the id of what it is about, such as `checkout/c-1`. */
export const workflowIdSchema = z
  .string()
  .regex(
    /^[a-z]+(-[a-z]+)*\/[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
    'a workflow id is a kind and an id of 1 to 80 letters, digits, dots, dashes and underscores: checkout/c-1',
  );

/** Made by the caller; names one refund for ever. */
export const refundIdSchema = identifier().brand('RefundId');
export type RefundId = z.infer<typeof refundIdSchema>;

/** Made by the caller; names one invoice for ever. */
export const invoiceIdSchema = identifier().brand('InvoiceId');
export type InvoiceId = z.infer<typeof invoiceIdSchema>;

/** Made by the caller; names one community of residents for ever. */
export const communityIdSchema = identifier().brand('CommunityId');
export type CommunityId = z.infer<typeof communityIdSchema>;

/** Made by the caller; names one run of monthly invoicing for ever. */
export const invoicingRunIdSchema = identifier().brand('InvoicingRunId');
export type InvoicingRunId = z.infer<typeof invoicingRunIdSchema>;

/** Made by the caller; names one credit note for ever. */
export const creditNoteIdSchema = identifier().brand('CreditNoteId');
export type CreditNoteId = z.infer<typeof creditNoteIdSchema>;

/** One restock for each refund whose goods come back: it carries the refund's id. */
export const restockIdSchema = identifier().brand('RestockId');
export type RestockId = z.infer<typeof restockIdSchema>;

/** Who works here, as the subject of their token names them. */
export const personIdSchema = atMost(
  z
    .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'a person is named by a text') })
    .min(1, 'name the person by the subject of their token')
    .refine((text) => text.trim() === text, 'the id of a person neither begins nor ends with a blank')
    .refine((text) => text !== '.' && text !== '..', 'the id of a person is neither . nor ..'),
  255,
  'the id of a person has at most 255 characters',
);

/** Made by the caller; names one delegation of roles for ever. */
export const delegationIdSchema = identifier().brand('DelegationId');
export type DelegationId = z.infer<typeof delegationIdSchema>;

/** Who is paid a salary; names one employee for ever. */
export const employeeIdSchema = identifier().brand('EmployeeId');
export type EmployeeId = z.infer<typeof employeeIdSchema>;

/** The employees who are paid together; names one group for ever. */
export const payrollGroupIdSchema = identifier().brand('PayrollGroupId');
export type PayrollGroupId = z.infer<typeof payrollGroupIdSchema>;

/** Made by the caller; names one run of a payroll for ever. */
export const payrollRunIdSchema = identifier().brand('PayrollRunId');
export type PayrollRunId = z.infer<typeof payrollRunIdSchema>;

/** What an employee earns in one month; it says neither who nor how much. */
export const payslipIdSchema = identifier().brand('PayslipId');
export type PayslipId = z.infer<typeof payslipIdSchema>;

/** Made by the caller; names one correction of a payslip for ever. */
export const payrollCorrectionIdSchema = identifier().brand('PayrollCorrectionId');
export type PayrollCorrectionId = z.infer<typeof payrollCorrectionIdSchema>;

/** Whom goods are bought from; names one vendor for ever. */
export const vendorIdSchema = identifier().brand('VendorId');
export type VendorId = z.infer<typeof vendorIdSchema>;

/** Made by the caller; names one purchase order for ever. */
export const purchaseOrderIdSchema = identifier().brand('PurchaseOrderId');
export type PurchaseOrderId = z.infer<typeof purchaseOrderIdSchema>;

/** Made by the caller; names one bill of a vendor for ever. */
export const billIdSchema = identifier().brand('BillId');
export type BillId = z.infer<typeof billIdSchema>;

/** What may be spent on a purpose; names one budget for ever. */
export const budgetIdSchema = identifier().brand('BudgetId');
export type BudgetId = z.infer<typeof budgetIdSchema>;

/** The payment provider's id of a refund; a valid refund id of an order as well. */
export const providerRefundIdSchema = z
  .string()
  .regex(/^(re|pyr)_[A-Za-z0-9]{1,60}$/, "a refund is named by the provider's id, such as re_3PqA")
  .brand('RefundId');

/** The payment provider's id of a dispute. */
export const disputeIdSchema = z
  .string()
  .regex(/^(dp|du)_[A-Za-z0-9]{1,60}$/, "a dispute is named by the provider's id, such as dp_3PqA")
  .brand('DisputeId');
export type DisputeId = z.infer<typeof disputeIdSchema>;

/** The payment provider's id of a refund or a dispute that takes the payment of an invoice back. */
export const paymentReversalIdSchema = z
  .string()
  .regex(/^(re|pyr|dp|du)_[A-Za-z0-9]{1,60}$/, "a reversal is named by the provider's id, such as re_3PqA or dp_3PqA")
  .brand('PaymentReversalId');
export type PaymentReversalId = z.infer<typeof paymentReversalIdSchema>;

/** The provider's name of a card or another means to pay: `pm_card_visa`. Never a card number. */
export const paymentMethodSchema = z.string().regex(paymentMethodForm, paymentMethodRule);

/** Made by the caller; names one delivery for ever. Any text of the supplier's, but none that an address would change. */
export const receiptIdSchema = atMost(
  z
    .string()
    .min(1, 'a receipt id has at least 1 character')
    .refine(
      (text) => text !== '.' && text !== '..',
      'a receipt id is neither . nor .., which an address takes for a folder',
    ),
  128,
  'a receipt id has at most 128 characters',
);
