import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from 'cockatiel';
import { Counter, Gauge } from 'prom-client';
import { ServiceFailure } from '../contracts/failures.ts';
import { ofEachRole } from './metrics.ts';

export interface ResilienceOptions {
  /** Failures in a row that open the circuit. @default 8 */
  readonly failuresToOpen?: number;
  /** How long an open circuit refuses calls before it lets one through, in milliseconds. @default 2_000 */
  readonly halfOpenAfterMilliseconds?: number;
}

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  // Held open by hand, which does not happen here.
  [CircuitState.Isolated]: 'open',
} as const;

const circuitState = ofEachRole(
  (registers) =>
    new Gauge({
      name: 'circuit_breaker_state',
      help: 'The state of the circuit to a service: 1 for the one that it is in',
      labelNames: ['service', 'state'] as const,
      registers,
    }),
);

const circuitTrips = ofEachRole(
  (registers) =>
    new Counter({
      name: 'circuit_breaker_trips_total',
      help: 'How often the circuit to a service has opened',
      labelNames: ['service'] as const,
      registers,
    }),
);

function showState(service: string, current: CircuitState): void {
  for (const state of ['closed', 'half-open', 'open'] as const) {
    circuitState().set({ service, state }, stateNames[current] === state ? 1 : 0);
  }
}

/** Runs calls of one service. */
export interface Resilience {
  /** @throws {ServiceFailure} of type `Unavailable`, with the time until the next try, while the circuit is open */
  execute<T>(call: () => Promise<T>): Promise<T>;
}

const isBroken = (error: unknown) =>
  error instanceof ServiceFailure && ['Unavailable', 'DeadlineExceeded', 'Internal'].includes(error.type);

/**
 * One more try after a broken connection, inside a circuit breaker. Longer retries are the caller's: the workflow's
 * retry policies are visible to people, these are not.
 */
export function createResilience(
  service: string,
  { failuresToOpen = 8, halfOpenAfterMilliseconds = 2_000 }: ResilienceOptions,
): Resilience {
  let openedAt = 0;
  const breaker = circuitBreaker(handleWhen(isBroken), {
    halfOpenAfter: halfOpenAfterMilliseconds,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  showState(service, CircuitState.Closed);
  circuitTrips().inc({ service }, 0);
  breaker.onStateChange((state) => {
    showState(service, state);
    if (state !== CircuitState.Open) return;
    openedAt = Date.now();
    circuitTrips().inc({ service });
  });
  const again = retry(
    // A service that answers that it is not available has no cause here; a connection that broke has.
    handleWhen((error) => error instanceof ServiceFailure && error.type === 'Unavailable' && error.cause !== undefined),
    { maxAttempts: 1, backoff: new ConstantBackoff(50) },
  );
  const policy: IPolicy = wrap(breaker, again);
  return {
    async execute(call) {
      try {
        return await policy.execute(call);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const remaining = openedAt + halfOpenAfterMilliseconds - Date.now();
        throw new ServiceFailure(
          'Unavailable',
          `${service} has failed ${failuresToOpen} times in a row; calls are held back`,
          {
            retryAfterMilliseconds: Math.max(remaining, 100),
          },
        );
      }
    },
  };
}
