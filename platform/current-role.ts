import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracerProvider } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import type { Readiness } from './readiness.ts';

/** What a role is observed by: it stays with whatever the role begins, however many roles share the process. */
interface Observation {
  /** Its metrics. */
  readonly registry: Registry;
  /** Its spans; none where none are kept. */
  readonly tracers?: TracerProvider | undefined;
  /** Whether it can do its work now. */
  readonly readiness?: Readiness;
}

const current = new AsyncLocalStorage<Observation>();

/** What observes the role that the caller works for; undefined outside of every role. */
export const currentObservation = (): Observation | undefined => current.getStore();

/** Does work for a role: it, and all that comes of it later, is observed by this. */
export const observedBy = <Result>(observation: Observation, work: () => Result): Result =>
  current.run(observation, work);
