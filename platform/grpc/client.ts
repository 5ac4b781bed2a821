import type { Message } from '@bufbuild/protobuf';
import { type CallOptions as ConnectCallOptions, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import type { TokenSource } from '../access/token-source.ts';
import { observeCall } from '../calls.ts';
import { startDeadline } from '../deadline.ts';
import type { CallOptions } from '../http/contract.ts';
import { createResilience, type ResilienceOptions } from '../resilience.ts';
import { traceHeaders } from '../tracing.ts';
import { clientCertificate } from '../transport/client-certificate.ts';
import type { GrpcClient, GrpcContract } from './contract.ts';
import { fromConnectError } from './failure.ts';
import { fromMessage, methodOf, toMessage } from './messages.ts';

export interface GrpcClientOptions extends ResilienceOptions {
  /** Where the service listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** How long to wait for an answer, in milliseconds. @default 4_000 */
  readonly timeoutMilliseconds?: number;
  /** Who the caller is. @default calls carry no token */
  readonly token?: TokenSource | undefined;
}

/**
 * The typed client of a contract. Every call has a deadline, is tried once more within it where the connection broke,
 * and goes through the service's circuit breaker.
 *
 * @throws {ServiceFailure} of the failure catalogue, from every method, for whatever goes wrong
 */
export function createGrpcClient<Contract extends GrpcContract>(
  contract: Contract,
  { url, token, timeoutMilliseconds: longest, ...options }: GrpcClientOptions,
): GrpcClient<Contract> {
  const { name: service, operations } = contract;
  const resilience = createResilience(service, options);
  // A connection whose other end has frozen is closed and opened again.
  const transport = createGrpcTransport({
    baseUrl: url,
    acceptCompression: [],
    // Read for each connection.
    nodeOptions: Object.defineProperties(
      {},
      {
        cert: { enumerable: true, get: () => clientCertificate().cert },
        key: { enumerable: true, get: () => clientCertificate().key },
      },
    ),
    pingIntervalMs: 10_000,
    pingTimeoutMs: 2_000,
  });
  const client = createClient(contract.service, transport) as unknown as Record<
    string,
    (message: Message, options: ConnectCallOptions) => Promise<Message>
  >;

  const request = async (
    name: string,
    message: Message,
    call: CallOptions,
    timeLeft: () => number,
  ): Promise<unknown> => {
    call.signal?.throwIfAborted();
    const bearer = call.onBehalfOf ?? (await token?.());
    const options: ConnectCallOptions = {
      timeoutMs: timeLeft(),
      ...(call.signal && { signal: call.signal }),
      headers: {
        ...traceHeaders(),
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(call.correlationId && { 'x-correlation-id': call.correlationId }),
      },
    };
    try {
      return fromMessage(methodOf(contract.service, name).output, (await client[name]?.(message, options)) as Message);
    } catch (error) {
      call.signal?.throwIfAborted();
      throw fromConnectError(service, url, error, operations[name]?.failures ?? []);
    }
  };

  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    async (input: unknown, call: CallOptions = {}) => {
      const message = toMessage(methodOf(contract.service, name).input, parse(operation.input, input));
      const timeLeft = startDeadline(call.timeoutMilliseconds, longest);
      const { correlationId } = call;
      const answer = await observeCall(
        { protocol: 'grpc', side: 'client', service, operation: name, correlationId },
        () => resilience.execute(() => request(name, message, call, timeLeft)),
      );
      const output = operation.output.safeParse(answer);
      if (output.success) return output.data;
      // No refusal: the call may well have taken effect.
      throw new ServiceFailure(
        'Internal',
        `${service} answered ${name} in a form that its contract does not know`,
        {},
        { cause: output.error },
      );
    },
  ]);
  return Object.fromEntries(methods) as GrpcClient<Contract>;
}
