/** The task queue of the checkouts as Temporal's saga sample would do them. */
export const sampleTaskQueue = 'sample';
