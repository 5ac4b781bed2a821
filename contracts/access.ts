/** The roles that people may hold, and the processes that call services: whoever a token may name. */
export const callers = [
  'customer',
  'reviewer',
  'operator',
  'finance',
  'manager',
  'cfo',
  'payroll',
  'checkout-worker',
  'back-office-worker',
  'checkout-inbox',
] as const;

export type Caller = (typeof callers)[number];
