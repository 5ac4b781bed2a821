import { approvalRefusals } from './approval-refusals.ts';
import { billRefusals } from './bill-refusals.ts';
import { textsOfDefects } from './customer-texts.ts';
import { decisionRefusals } from './decision-refusals.ts';
import { defects } from './defects.ts';
import type { Failure } from './failure.ts';
import type { DefectType } from './failures.ts';
import { invoiceRefusals } from './invoice-refusals.ts';
import { monthlyInvoicingRefusals } from './monthly-invoicing-refusals.ts';
import { payrollRefusals } from './payroll-refusals.ts';
import { purchaseOrderRefusals } from './purchase-order-refusals.ts';
import { purchaseRefusals } from './purchase-refusals.ts';
import { refundRefusals } from './refund-refusals.ts';
import { refusals as others } from './refusals.ts';

/** The refusals of the business. */
const refusals = {
  ...others,
  ...invoiceRefusals,
  ...monthlyInvoicingRefusals,
  ...refundRefusals,
  ...decisionRefusals,
  ...approvalRefusals,
  ...payrollRefusals,
  ...purchaseRefusals,
  ...purchaseOrderRefusals,
  ...billRefusals,
};

/**
 * The failure catalogue of this system: every way in which a call can be refused or fail, once. docs/failures.md is written
 * from it.
 */
export const failures = { ...refusals, ...defects };

export type FailureType = keyof typeof failures;

export const failureTypes = Object.keys(failures) as readonly FailureType[];

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failures, type);
}

/** The failure of this type; `undefined` for what the catalogue does not have. */
export const failureNamed = (type: unknown): Failure | undefined => (isFailureType(type) ? failures[type] : undefined);

const refusalOf = (type: string) =>
  Object.hasOwn(refusals, type) ? refusals[type as keyof typeof refusals] : undefined;

/** What the customer reads about a failure: one sentence. What the catalogue does not know reads as `Internal`. */
export function customerText(type: string): string {
  const ofDefect = Object.hasOwn(textsOfDefects, type) ? textsOfDefects[type as DefectType] : textsOfDefects.Internal;
  return refusalOf(type)?.customer ?? ofDefect;
}

/** Whether a payment came to nothing for this reason. */
export function isAboutPayment(type: string): boolean {
  const refusal: (Failure & { readonly aboutPayment?: true }) | undefined = refusalOf(type);
  return refusal?.aboutPayment ?? false;
}
