import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import { observeCall } from '../calls.ts';
import type { Logger } from '../logging.ts';
import { renderMetrics } from '../metrics.ts';
import type { Running } from '../process.ts';
import { inTraceOf } from '../tracing.ts';
import { toFailure } from '../unforeseen.ts';
import { callContext } from './call-context.ts';
import type { CallContext, HttpContract, HttpHandlers } from './contract.ts';
import { toOpenApi } from './openapi.ts';
import { toProblem } from './problem.ts';

const largestBody = 1024 * 1024;
/** How long a stop waits for the answers that are under way, in milliseconds. */
const longestAnswer = 10_000;

export interface HttpServerOptions {
  readonly port: number;
  /** The address to listen on; the loopback address unless said otherwise. */
  readonly host?: string | undefined;
  readonly logger: Logger;
  /** Whether the service can do its work now; `GET /health` answers 503 where it throws. */
  readonly check?: () => Promise<unknown>;
}

/**
 * Serves a contract: validates every input by its schema, answers failures as RFC 9457 problems, and has `GET /health`,
 * `GET /metrics` and `GET /openapi.json` besides.
 */
export function buildHttpServer<Contract extends HttpContract>(
  contract: Contract,
  handlers: HttpHandlers<Contract>,
  { logger, check }: Pick<HttpServerOptions, 'logger' | 'check'>,
): FastifyInstance {
  const server = Fastify({ bodyLimit: largestBody, forceCloseConnections: true });
  finishBeforeClose(server);
  // Before the body was read the request runs in no context that would last.
  server.addHook('preValidation', (request, _, done) => inTraceOf(request.headers, done));
  for (const [name, operation] of Object.entries(contract.operations)) {
    const handle = handlers[name] as unknown as (input: unknown, context: CallContext) => Promise<unknown>;
    server.route({
      method: operation.method,
      url: operation.path,
      handler: (request, reply) =>
        observeCall({ protocol: 'http', side: 'server', service: contract.name, operation: name }, async () => {
          const rest = operation.method === 'GET' ? request.query : (request.body ?? {});
          const input = parse(operation.input, { ...(rest as object), ...(request.params as object) });
          const context = callContext(request, reply.raw);
          try {
            return await handle(input, context);
          } catch (error) {
            throw toFailure(error, context.signal);
          }
        }),
    });
  }
  server.get('/health', async () => {
    await check?.();
    return { status: 'ok' };
  });
  server.get('/metrics', async (_, reply) => {
    const { contentType, text } = await renderMetrics();
    return reply.type(contentType).send(text);
  });
  server.get('/openapi.json', async () => toOpenApi(contract));
  server.setNotFoundHandler(async (request, reply) => {
    const failure = new ServiceFailure('NotFound', `${contract.name} has no ${request.method} ${request.url}`);
    return reply.code(404).type('application/problem+json').send(toProblem(failure));
  });
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const failure = refusedByFastify(error) ?? toFailure(error);
    const problem = toProblem(failure);
    const level = problem.status >= 500 ? 'error' : 'debug';
    logger[level](
      { err: failure.cause ?? failure, failure: failure.type, correlationId: request.headers['x-correlation-id'] },
      `${request.method} ${request.url} was answered with ${problem.status}`,
    );
    if (failure.detail.retryAfterMilliseconds) {
      reply.header('retry-after', Math.ceil(failure.detail.retryAfterMilliseconds / 1000));
    }
    return reply.code(problem.status).type('application/problem+json').send(problem);
  });
  return server;
}

/** Builds the server and listens. */
export async function serveHttp<Contract extends HttpContract>(
  contract: Contract,
  handlers: HttpHandlers<Contract>,
  options: HttpServerOptions,
): Promise<Running> {
  const server = buildHttpServer(contract, handlers, options);
  const address = await server.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  return { address, stop: () => server.close() };
}

/** Lets a server close its connections only after the answers that are under way have left. */
function finishBeforeClose(server: FastifyInstance): void {
  let underWay = 0;
  let finish: (() => void) | undefined;
  server.server.on('request', (_, response) => {
    underWay++;
    response.once('close', () => {
      underWay--;
      if (underWay === 0) finish?.();
    });
  });
  server.addHook('preClose', async () => {
    if (underWay === 0) return;
    await new Promise<void>((resolve) => {
      finish = resolve;
      setTimeout(resolve, longestAnswer).unref();
    });
  });
}

/** A request that the server could not read, told as a failure; anything else is not Fastify's. */
function refusedByFastify({ code, statusCode = 500, message }: FastifyError): ServiceFailure | undefined {
  if (!code?.startsWith('FST_') || statusCode >= 500) return undefined;
  const tooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  return new ServiceFailure('InvalidRequest', tooLarge ? `the body is larger than ${largestBody} bytes` : message, {
    field: 'body',
  });
}
