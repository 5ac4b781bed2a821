import type { PayrollFacts } from './contract.ts';

/** Stands beside the state in the Web UI, which does not seal it: counts alone. */
export const payrollHeadline = ({ counts }: Partial<PayrollFacts>): string | undefined =>
  counts && `${counts.payslips} payslips, ${counts.failed} failed, ${counts.excluded} excluded`;
