/** Of a call that may still be given up: it is bounded by the time that the process has for it. */
export const beforePivot = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/** Of a call that has to be carried through: after the pivot, and on the way back. */
export const untilDone = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '60s' } as const;
