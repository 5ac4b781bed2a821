/** The roles that people may hold. */
export const personRoles = [
  'customer',
  'reviewer',
  'operator',
  'finance',
  'manager',
  'cfo',
  'payroll',
  'employee',
] as const;

export type PersonRole = (typeof personRoles)[number];

/** The processes that call services. */
export const callingProcesses = [
  'checkout-worker',
  'back-office-worker',
  'payroll-worker',
  'checkout-inbox',
  'api',
] as const;

/** Everyone whom a token may name. */
export const callers = [...personRoles, ...callingProcesses] as const;

export type Caller = (typeof callers)[number];
