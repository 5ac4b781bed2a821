import type { Reason } from '../kit/contract.ts';

/** Why a payroll ended that was cancelled. */
export const payrollCancelled: Reason = {
  type: 'InvalidState',
  message: 'it was cancelled before it was posted; nothing is owed or paid',
};
