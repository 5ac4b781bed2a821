/** One task queue for each role, so that a slow bridge never holds back a checkout. */
export const taskQueues = {
  checkout: 'checkout',
  /** Invoices and what else the back office does. */
  backOffice: 'back-office',
  /** Activities that publish milestones to the broker. */
  bridge: 'bridge',
} as const;
