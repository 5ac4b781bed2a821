import type { Reason } from '../kit/contract.ts';

/** Why the correction of a payslip ended that was cancelled. */
export const payrollCorrectionCancelled: Reason = {
  type: 'InvalidState',
  message: 'it was given up before it was posted; the payslip stays as it is',
};
