import type { EmployeeId, PayrollRunId, PayslipId } from '../../contracts/identifiers.ts';
import type { Correction, Deduction, Earning, Payslip } from './shapes.ts';

/** A correction as the tables have it, with its amounts. */
export interface CorrectionRow extends Omit<Correction, 'replacedBy'> {
  readonly replacedBy: PayslipId | null;
  readonly runId: PayrollRunId;
  readonly employeeId: EmployeeId;
  readonly name: string;
  readonly currency: Payslip['currency'];
  readonly earnings: readonly Earning[];
  readonly rules: readonly Deduction[];
  readonly reason: string;
}
