import type { ServerOptions } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ServiceFailure } from '../../contracts/failures.ts';
import { parse } from '../../contracts/validation.ts';
import { admit } from '../access/admit.ts';
import type { Authenticate } from '../access/authenticator.ts';
import type { Principal } from '../access/principal.ts';
import { asSubject } from '../access/subject.ts';
import { observeCall } from '../calls.ts';
import type { Logger } from '../logging.ts';
import { renderMetrics } from '../metrics.ts';
import { probe } from '../probe.ts';
import type { Running } from '../role.ts';
import { inTraceOf } from '../tracing.ts';
import type { SecureServer, ServerCertificate } from '../transport/server-certificate.ts';
import { toFailure } from '../unforeseen.ts';
import { callContext } from './call-context.ts';
import type { CallContext, HttpContract, HttpHandlers } from './contract.ts';
import { readJsonBody } from './json-body.ts';
import { checkingInterval, type HttpLimits, largestBody, largestHead, standardLimits } from './limits.ts';
import { toOpenApi } from './openapi.ts';
import { toProblem } from './problem.ts';
import { protect, requireJson } from './protection.ts';
import {
  answerUnreadable,
  isBrokenOff,
  problemContentType,
  refuseUnknownRoutes,
  shownUrl,
  unreadable,
} from './unreadable.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** How long a stop waits for the answers that are in flight, in milliseconds. */
const longestAnswer = 10_000;

export interface HttpServerOptions {
  readonly port: number;
  /** The address to listen on; by default the loopback address. */
  readonly host?: string | undefined;
  readonly logger: Logger;
  /** Finds out who calls; `everyone` lets every call pass: that of signed webhooks, and of stand-ins. */
  readonly access: Authenticate | 'everyone';
  /** Whether the service can do its work now; `GET /health` answers 503 where it throws. */
  readonly check?: () => Promise<unknown>;
  /** How long callers may take to send; the standard ones by default. */
  readonly limits?: HttpLimits | undefined;
  /** What it shows to its callers. @default none: it speaks clear text */
  readonly certificate?: ServerCertificate | undefined;
  /** The sites whose pages may change something here: `https://shop.example`. @default none */
  readonly origins?: readonly string[] | undefined;
}

/**
 * Serves a contract: validates every input by its schema, answers failures as RFC 9457 problems, and has `GET /health`,
 * `GET /metrics` and `GET /openapi.json` besides.
 */
export function buildHttpServer<Contract extends HttpContract>(
  contract: Contract,
  handlers: HttpHandlers<Contract>,
  {
    logger,
    access,
    check = async () => undefined,
    limits = standardLimits,
    certificate,
    origins,
  }: Omit<HttpServerOptions, 'port' | 'host'>,
): FastifyInstance {
  const answerError = errorHandler(logger);
  const server = Fastify({
    bodyLimit: largestBody,
    forceCloseConnections: true,
    requestTimeout: limits.requestTimeoutMs,
    ...nodeServer(
      {
        headersTimeout: limits.headersTimeoutMs,
        connectionsCheckingInterval: checkingInterval(limits),
        maxHeaderSize: largestHead,
      },
      certificate,
    ),
    // The contract says how long an id may be.
    routerOptions: { maxParamLength: largestHead },
    frameworkErrors: answerError,
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, logger),
  });
  certificate?.follow(server.server as unknown as SecureServer, logger);
  finishBeforeClose(server);
  protect(server, origins);
  readJsonBodies(server);
  refuseUnknownRoutes(server, contract.name);
  server.decorateRequest('principal', undefined);
  // Before the body was read the request runs in no context that would last.
  server.addHook('preValidation', (request, _, done) => inTraceOf(request.headers, done));
  for (const [name, operation] of Object.entries(contract.operations)) {
    const handle = handlers[name] as unknown as (input: unknown, context: CallContext) => Promise<unknown>;
    const call = { protocol: 'http', side: 'server', service: contract.name, operation: name } as const;
    server.route({
      method: operation.method,
      url: operation.path,
      // Before the body is read: a stranger's is not.
      onRequest: async (request) => {
        try {
          request.principal = await admit(access, call, operation.access, request.headers.authorization);
          requireJson(request);
        } catch (error) {
          await observeCall(call, () => Promise.reject(error));
        }
      },
      handler: (request, reply) =>
        observeCall(call, async () => {
          const rest = operation.method === 'GET' ? request.query : (request.body ?? {});
          const input = parse(operation.input, { ...(rest as object), ...(request.params as object) });
          const context = callContext(request, reply.raw);
          try {
            return await asSubject(request.principal, () => handle(input, context));
          } catch (error) {
            throw toFailure(error, context.signal);
          }
        }),
    });
  }
  const isHealthy = probe(check);
  server.get('/health', async () => {
    try {
      await isHealthy();
    } catch (error) {
      throw toFailure(error);
    }
    return { status: 'ok' };
  });
  server.get('/metrics', async (_, reply) => {
    const { contentType, text } = await renderMetrics();
    return reply.type(contentType).send(text);
  });
  server.get('/openapi.json', async () => toOpenApi(contract));
  server.setErrorHandler(answerError);
  return server;
}

/** Fastify's options for a server of Node, with or without TLS; its types tell the two apart, and nothing that uses them does. */
export function nodeServer(
  options: ServerOptions,
  certificate: ServerCertificate | undefined,
): { http: ServerOptions } {
  if (!certificate) return { http: options };
  return { https: { ...options, ...certificate.options } } as unknown as { http: ServerOptions };
}

/** Answers whatever went wrong as a problem, and logs it by who is at fault. */
const errorHandler = (logger: Logger) => (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
  const call = `${request.method} ${shownUrl(request.url)}`;
  const correlationId = request.headers['x-correlation-id'];
  const failure = error instanceof ServiceFailure ? error : (unreadable(error) ?? internal(error));
  const problem = toProblem(failure);
  if (!(error instanceof ServiceFailure) && isBrokenOff(error)) {
    logger.info({ code: error.code, correlationId }, `${call}: the caller closed the connection while it was sending`);
  } else {
    const level = problem.status >= 500 ? 'error' : 'debug';
    logger[level](
      { err: failure.cause ?? failure, failure: failure.type, correlationId, subject: request.principal?.subject },
      `${call} was answered with ${problem.status}`,
    );
  }
  // RFC 9110, 11.6.1: a 401 names the scheme.
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (failure.detail.retryAfterMilliseconds) {
    reply.header('retry-after', Math.ceil(failure.detail.retryAfterMilliseconds / 1000));
  }
  return reply.code(problem.status).type(problemContentType).send(problem);
};

const internal = (cause: Error) =>
  new ServiceFailure('Internal', 'The service failed; its log says why', {}, { cause });

/** JSON objects in UTF-8 are the only bodies. */
function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: unknown) => readJsonBody(body as Buffer, request.headers['content-type']),
  );
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

/** Lets a server close its connections only after the answers that are in flight have left. */
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
