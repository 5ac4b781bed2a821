/** One task queue for each role, so that a slow bridge never holds back a checkout. */
export const taskQueues = {
  checkout: 'checkout',
  /** Activities that publish milestones to the broker. */
  bridge: 'bridge',
} as const;
