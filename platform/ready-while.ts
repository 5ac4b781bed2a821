import { currentObservation } from './current-role.ts';
import type { ReadinessCheck } from './readiness.ts';

/**
 * Makes the role that the caller works for ready only while a check passes; outside of every role it does nothing.
 *
 * @returns what takes the check away again
 */
export const readyWhile = (name: string, check: ReadinessCheck): (() => void) =>
  currentObservation()?.readiness?.add(name, check) ?? (() => undefined);
