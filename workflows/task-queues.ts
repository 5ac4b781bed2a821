/** One task queue for each role, so that a slow bridge never holds back a checkout. */
export const taskQueues = {
  checkout: 'checkout',
  /** Invoices and what else the back office does. */
  backOffice: 'back-office',
  /** Salaries: their payloads are sealed with keys that the other workers do not have. */
  payroll: 'payroll',
  /** Activities that publish milestones to the broker. */
  bridge: 'bridge',
} as const;
