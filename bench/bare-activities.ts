export const bareActivities = {
  async nothing(): Promise<void> {},
};

export type BareActivities = typeof bareActivities;

/** The task queue of the bare worker. */
export const bareTaskQueue = 'bare';
