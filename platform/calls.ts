import { Histogram } from 'prom-client';
import { ServiceFailure } from '../contracts/failures.ts';
import { ofEachRole } from './metrics.ts';
import { inSpan } from './tracing.ts';

/** One call of a service, seen from the one who makes it or from the one who answers it. */
export interface Call {
  readonly protocol: 'http' | 'grpc';
  readonly side: 'client' | 'server';
  readonly service: string;
  readonly operation: string;
  readonly correlationId?: string | undefined;
}

/** In seconds: a look-up in memory takes less than the first, the longest timeout of a client is the last. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

const duration = (name: string, help: string) =>
  ofEachRole(
    (registers) =>
      new Histogram({ name, help, buckets, registers, labelNames: ['service', 'operation', 'outcome'] as const }),
  );

const durations = {
  http: {
    client: duration(
      'http_client_request_duration_seconds',
      'How long calls of HTTP services took, their second try included',
    ),
    server: duration('http_server_request_duration_seconds', 'How long this HTTP service took to answer'),
  },
  grpc: {
    client: duration(
      'rpc_client_call_duration_seconds',
      'How long calls of gRPC services took, their second try included',
    ),
    server: duration('rpc_server_call_duration_seconds', 'How long this gRPC service took to answer'),
  },
};

/** Makes or answers a call in a span of its own, and measures it. */
export function observeCall<Result>(
  { protocol, side, service, operation, correlationId }: Call,
  work: () => Promise<Result>,
): Promise<Result> {
  const labels = { service, operation };
  const end = durations[protocol][side]().startTimer(labels);
  return inSpan(
    {
      name: `${service}.${operation}`,
      kind: side === 'client' ? 'CLIENT' : 'SERVER',
      attributes: {
        'rpc.service': service,
        'rpc.method': operation,
        ...(correlationId && { 'correlation.id': correlationId }),
      },
    },
    async () => {
      try {
        const result = await work();
        end({ outcome: 'ok' });
        return result;
      } catch (error) {
        // Whatever else a client throws is the reason with which its caller has cancelled the call.
        end({ outcome: error instanceof ServiceFailure ? error.type : side === 'client' ? 'cancelled' : 'Internal' });
        throw error;
      }
    },
  );
}
