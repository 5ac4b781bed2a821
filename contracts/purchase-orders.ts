import type { PersonRole } from './access.ts';
import type { Currency } from './currency.ts';

/** Up to which total, in minor units, a manager alone approves a purchase order. */
export type ApprovalLimits = Readonly<Record<Currency, number>>;

/** @see ApprovalLimits */
export const standardApprovalLimits: ApprovalLimits = {
  USD: 5_000_000,
  EUR: 5_000_000,
  GBP: 5_000_000,
  JPY: 7_500_000,
};

/** What an order comes to, net of tax, in minor units; beyond what a number holds exactly it is no longer exact. */
export function totalOfLines(lines: readonly { readonly quantity: number; readonly unitPrice: number }[]): number {
  return Number(lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n));
}

/**
 * Whose approval an order takes: that of a manager, and above the limit of its currency that of the chief financial officer as
 * well. Each takes a person of its own.
 */
export function requiredRoles(
  { total, currency }: { readonly total: number; readonly currency: Currency },
  limits: ApprovalLimits = standardApprovalLimits,
): readonly PersonRole[] {
  return total > limits[currency] ? ['manager', 'cfo'] : ['manager'];
}
