import { ServiceFailure } from '../../contracts/failures.ts';
import { createResilience, type ResilienceOptions } from '../resilience.ts';
import type { CallOptions, HttpClient, HttpContract, HttpOperation } from './contract.ts';
import { pathParameters } from './contract.ts';
import { fromAnswer } from './problem.ts';

export interface HttpClientOptions extends ResilienceOptions {
  /** Where the service listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** How long to wait for an answer, in milliseconds; 4,000 unless said otherwise. */
  readonly timeoutMilliseconds?: number;
}

/**
 * The typed client of a contract. Every call has a time-out, is tried once more where the connection broke, and goes
 * through the service's circuit breaker.
 *
 * @throws {ServiceFailure} of the failure catalogue, from every method, for whatever goes wrong
 */
export function createHttpClient<Contract extends HttpContract>(
  contract: Contract,
  options: HttpClientOptions,
): HttpClient<Contract> {
  const resilience = createResilience(contract.name, options);
  const methods = Object.entries(contract.operations).map(([name, operation]) => [
    name,
    (input: Record<string, unknown>, call: CallOptions = {}) =>
      resilience.execute(() => request(contract.name, operation, input, call, options)),
  ]);
  return Object.fromEntries(methods) as HttpClient<Contract>;
}

async function request(
  service: string,
  operation: HttpOperation,
  input: Record<string, unknown>,
  call: CallOptions,
  { url, timeoutMilliseconds = 4_000 }: HttpClientOptions,
): Promise<unknown> {
  const inPath = pathParameters(operation.path);
  const rest = Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined),
  );
  const path = operation.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const hasBody = operation.method !== 'GET';
  const query = hasBody ? '' : new URLSearchParams(rest as Record<string, string>).toString();
  const timeout = AbortSignal.timeout(Math.min(call.timeoutMilliseconds ?? timeoutMilliseconds, timeoutMilliseconds));
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(`${url}${path}${query && `?${query}`}`, {
      method: operation.method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(hasBody && { 'content-type': 'application/json' }),
        ...(call.correlationId && { 'x-correlation-id': call.correlationId }),
      },
      body: hasBody ? JSON.stringify(rest) : null,
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
    });
    body = await answer.json().catch(() => undefined);
  } catch (error) {
    call.signal?.throwIfAborted();
    if (timeout.aborted)
      throw new ServiceFailure('DeadlineExceeded', `${service} did not answer in time`, {}, { cause: error });
    throw new ServiceFailure('Unavailable', `${service} cannot be reached at ${url}`, {}, { cause: error });
  }
  if (!answer.ok) throw fromAnswer(service, answer.status, body, answer.headers.get('retry-after'));
  const output = operation.output.safeParse(body);
  if (output.success) return output.data;
  throw new ServiceFailure(
    'Rejected',
    `${service} answered ${operation.path} in a form that its contract does not know`,
    {},
    {
      cause: output.error,
    },
  );
}
