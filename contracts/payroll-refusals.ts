import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

const conflict = { ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' } as const;

/** What can be refused about salaries. */
export const payrollRefusals = defineFailures({
  NegativeNet: {
    ...conflict,
    title: 'The deductions are more than the salary',
    customer: 'We could not calculate this salary; please ask the payroll office.',
    operator:
      'Correct the deductions of the employee with `import --employees`, then `payroll recalculate`; or exclude them.',
  },
  PayrollRejected: {
    ...conflict,
    title: 'A person has rejected the payroll',
    customer: 'This was rejected.',
    operator: 'Nothing: who has rejected it, and why, is in its status; it can be prepared again.',
  },
  PayrollNotApproved: {
    ...conflict,
    title: 'The payroll was not approved in time',
    customer: 'This was not approved in time.',
    operator:
      'Prepare it again, and have those who hold the missing roles decide, or delegate them with `staff delegate`.',
  },
  PayDayNotReached: {
    ...conflict,
    title: 'The pay day of the payroll has not come',
    customer: 'This salary is paid on its pay day.',
    operator: 'Wait for the pay day; or have a person decide to pay before it with `payroll pay`.',
  },
  PaidInOtherGroup: {
    ...conflict,
    title: 'The employee has a payslip of the month in another group',
    customer: 'This month is paid with another group already.',
    operator: 'Exclude the employee from this run, or cancel the run of the other group.',
  },
} as const satisfies Record<string, RefusalDefinition>);
