import type { ProcessIdentity } from './process-identity.ts';
import type { StopOrder } from './stop-process.ts';

/** What the owner of a stack tells its guard, one JSON text a line. */
export type GuardMessage =
  | { type: 'watch'; process: ProcessIdentity; stop: StopOrder }
  | { type: 'remove'; paths: string[] }
  | { type: 'dismiss' };

/** The variable in the environment of every process of a stack that names the stack's folder. */
export const stackVariable = 'DURABLE_CHECKOUT_STACK';
