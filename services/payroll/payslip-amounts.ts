import { ServiceFailure } from '../../contracts/failures.ts';
import { largestBookAmount } from '../../contracts/money.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import { proportion } from '../../contracts/proportion.ts';
import type { Deduction, Earning } from './shapes.ts';

/** What a month of an employee comes to, in minor units. */
export interface PayslipAmounts {
  readonly gross: number;
  /** Each rounded by itself. */
  readonly deductions: readonly { readonly name: string; readonly amount: number }[];
  /** All deductions together. */
  readonly withheld: number;
  /** `gross - withheld`. */
  readonly net: number;
}

/** All of a rate, in basis points. */
const whole = 10_000;

/**
 * Calculates a month: each deduction is rounded half up by itself, and what is left is the net salary.
 *
 * @throws {ServiceFailure} `NegativeNet` when the deductions are more than is earned; `InvalidRequest` when it is more than the
 * books carry. No message says an amount.
 */
export function payslipAmounts(earnings: readonly Earning[], rules: readonly Deduction[]): PayslipAmounts {
  const gross = earnings.reduce((sum, { amount }) => sum + amount, 0);
  if (gross > largestBookAmount) {
    throw new ServiceFailure('InvalidRequest', 'earnings: they come to more than the books carry', {
      field: 'earnings',
    });
  }
  const deductions = rules.map(({ name, rate, amount }) => ({
    name,
    amount: amount ?? proportion(gross, { part: rate ?? 0, whole }),
  }));
  const withheld = deductions.reduce((sum, { amount }) => sum + amount, 0);
  if (withheld > gross)
    throw new ServiceFailure(payrollRefusals.NegativeNet, 'the deductions are more than the earnings');
  return { gross, deductions, withheld, net: gross - withheld };
}
