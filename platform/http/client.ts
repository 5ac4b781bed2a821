import { Agent, buildConnector, request as send } from 'undici';
import { ServiceFailure } from '../../contracts/failures.ts';
import { quote } from '../../contracts/foreign-text.ts';
import type { TokenSource } from '../access/token-source.ts';
import { observeCall } from '../calls.ts';
import { startDeadline } from '../deadline.ts';
import { createResilience, type ResilienceOptions } from '../resilience.ts';
import { traceHeaders } from '../tracing.ts';
import { describeTlsFailure } from '../transport/certificate-failure.ts';
import { type ClientCertificate, clientCertificate } from '../transport/client-certificate.ts';
import {
  type CallOptions,
  type HttpClient,
  type HttpContract,
  type HttpOperation,
  pathParameters,
  timeoutHeader,
} from './contract.ts';
import { fromAnswer } from './problem.ts';

export interface HttpClientOptions extends ResilienceOptions {
  /** Where the service listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** How long to wait for an answer, in milliseconds. @default 4_000 */
  readonly timeoutMilliseconds?: number;
  /** Who the caller is. @default calls carry no token */
  readonly token?: TokenSource | undefined;
}

/**
 * The typed client of a contract. Every call has a timeout, which is sent to the service, is tried once more within it
 * where the connection broke, and goes through the service's circuit breaker.
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
    (input: Record<string, unknown>, call: CallOptions = {}) => {
      const timeLeft = startDeadline(call.timeoutMilliseconds, options.timeoutMilliseconds);
      const { correlationId } = call;
      return observeCall(
        { protocol: 'http', side: 'client', service: contract.name, operation: name, correlationId },
        () => resilience.execute(() => request(contract.name, operation, input, call, options, timeLeft)),
      );
    },
  ]);
  return Object.fromEntries(methods) as HttpClient<Contract>;
}

let connector = { shown: {} as ClientCertificate, connect: buildConnector({}) };

/** One for the process; each connection shows the certificate that its files hold at that time. */
const dispatcher = new Agent({
  connect(options, callback) {
    const shown = clientCertificate();
    if (shown !== connector.shown) connector = { shown, connect: buildConnector({ cert: shown.cert, key: shown.key }) };
    connector.connect(options, callback);
  },
});

async function request(
  service: string,
  operation: HttpOperation,
  input: Record<string, unknown>,
  call: CallOptions,
  { url, token }: HttpClientOptions,
  timeLeft: () => number,
): Promise<unknown> {
  const inPath = pathParameters(operation.path);
  const rest = Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !inPath.includes(name) && value !== undefined),
  );
  const path = operation.path.replace(/:([A-Za-z]+)/g, (_, name: string) => pathSegment(name, input[name]));
  const hasBody = operation.method !== 'GET';
  const query = hasBody ? '' : new URLSearchParams(rest as Record<string, string>).toString();
  const bearer = await token?.();
  const timeoutMilliseconds = timeLeft();
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  let answer: Awaited<ReturnType<typeof send>>;
  let body: unknown;
  try {
    answer = await send(`${url}${path}${query && `?${query}`}`, {
      dispatcher,
      method: operation.method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(hasBody && { 'content-type': 'application/json' }),
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(call.correlationId && { 'x-correlation-id': call.correlationId }),
        [timeoutHeader]: String(timeoutMilliseconds),
        ...traceHeaders(),
      },
      body: hasBody ? JSON.stringify(rest) : null,
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
    });
    body = readJson(await answer.body.text());
  } catch (error) {
    call.signal?.throwIfAborted();
    if (timeout.aborted)
      throw new ServiceFailure('DeadlineExceeded', `${service} did not answer in time`, {}, { cause: error });
    const reason = describeTlsFailure(error);
    throw new ServiceFailure(
      'Unavailable',
      `${service} cannot be reached at ${url}${reason ? `: ${reason}` : ''}`,
      {},
      { cause: error },
    );
  }
  const { statusCode: status, headers } = answer;
  if (status < 200 || status > 299) {
    const told = { status, body, retryAfter: [headers['retry-after']].flat()[0] };
    throw fromAnswer(service, told, operation.failures);
  }
  const output = operation.output.safeParse(body);
  if (output.success) return output.data;
  // No refusal: the call may well have taken effect.
  throw new ServiceFailure(
    'Internal',
    `${service} answered ${operation.path} in a form that its contract does not know`,
    {},
    {
      cause: output.error,
    },
  );
}

/**
 * A value as a part of a path.
 *
 * @throws {ServiceFailure} `InvalidRequest` for one that an address cannot carry: it would become the call of another path
 */
function pathSegment(name: string, value: unknown): string {
  const text = String(value ?? '');
  if (text === '' || text === '.' || text === '..' || !text.isWellFormed()) {
    throw new ServiceFailure(
      'InvalidRequest',
      `${name}: ${quote(text)} cannot be part of an address; choose another one`,
      {
        field: name,
      },
    );
  }
  return encodeURIComponent(text);
}

/** What is no JSON is told like what the contract does not know. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
