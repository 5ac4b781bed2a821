import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { DescService, Message } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { parse } from '../../contracts/validation.ts';
import { admit } from '../access/admit.ts';
import type { Principal } from '../access/principal.ts';
import { asSubject } from '../access/subject.ts';
import { observeCall } from '../calls.ts';
import type { CallContext } from '../http/contract.ts';
import { type HttpLimits, standardLimits } from '../http/limits.ts';
import type { HttpServerOptions } from '../http/server.ts';
import { hostAndPort } from '../listening.ts';
import type { Logger } from '../logging.ts';
import { probe } from '../probe.ts';
import type { Running } from '../role.ts';
import { inTraceOf } from '../tracing.ts';
import { toFailure } from '../unforeseen.ts';
import type { GrpcContract, GrpcHandlers } from './contract.ts';
import { toConnectError } from './failure.ts';
import { Health } from './generated/health_pb.ts';
import { fromMessage, methodOf, toMessage } from './messages.ts';

/** Calls in one session at the same time; a caller keeps the next ones back. */
const settings = { maxConcurrentStreams: 200 };
/** Milliseconds without a frame. */
const longestIdle = 300_000;
const serving = 1;
const notServing = 2;
/** A message of 1,000 products with the longest texts fits. */
const largestMessage = 16 * 1024 * 1024;

/**
 * Serves a contract over HTTP/2: validates every input by its schema, answers failures as gRPC errors that carry them
 * whole, and has the standard health check besides.
 */
export async function serveGrpc<Contract extends GrpcContract>(
  contract: Contract,
  handlers: GrpcHandlers<Contract>,
  { port, host = '127.0.0.1', logger, access, limits = standardLimits, certificate, ...options }: HttpServerOptions,
): Promise<Running> {
  const isHealthy = probe(options.check ?? (async () => undefined));
  const answer = connectNodeAdapter({
    connect: false,
    grpcWeb: false,
    readMaxBytes: largestMessage,
    routes(router) {
      router.service(contract.service, implement(contract, handlers, access, logger));
      router.service(Health, {
        async check() {
          const ready = await isHealthy().then(
            () => true,
            () => false,
          );
          return { status: ready ? serving : notServing };
        },
      });
    },
  });
  const listener = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    // One that is no host would end the process. Node's own client sends such a one: `::1:8080`, without the brackets.
    if (!URL.canParse(`http://${request.authority}`)) request.headers[':authority'] = 'localhost';
    answer(request, response);
  };
  const server = certificate
    ? createSecureServer({ ...certificate.options, settings }, listener)
    : createServer({ settings }, listener);
  if (certificate) certificate.follow(server as Http2SecureServer, logger);
  endSlowRequests(server, limits, logger);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    endIdleSession(session, limits);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    address: `${certificate ? 'https' : 'http'}://${hostAndPort(host, (server.address() as AddressInfo).port)}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.close();
      }),
  };
}

/** Ends a session in which no call begins; callers open another one when they have something to ask. */
function endIdleSession(session: ServerHttp2Session, { headersTimeoutMs }: HttpLimits): void {
  session.setTimeout(headersTimeoutMs, () => session.destroy());
  session.once('stream', () => session.setTimeout(longestIdle, () => session.close()));
}

/** Ends a stream whose request does not arrive: HTTP/2 has no time limits of its own. */
function endSlowRequests(
  server: Http2Server | Http2SecureServer,
  { requestTimeoutMs }: HttpLimits,
  logger: Logger,
): void {
  server.on('stream', (stream) => {
    const timer = setTimeout(() => {
      logger.info({ failure: 'RequestTimeout' }, 'a request that did not arrive in time was ended');
      stream.close(constants.NGHTTP2_CANCEL);
    }, requestTimeoutMs);
    for (const ending of ['end', 'close'] as const) stream.once(ending, () => clearTimeout(timer));
  });
}

function implement<Contract extends GrpcContract>(
  contract: Contract,
  handlers: GrpcHandlers<Contract>,
  access: HttpServerOptions['access'],
  logger: Logger,
): ServiceImpl<DescService> {
  const methods = Object.entries(contract.operations).map(([name, operation]) => {
    const handle = handlers[name] as unknown as (input: unknown, context: CallContext) => Promise<unknown>;
    const method = methodOf(contract.service, name);
    const answer = async (message: Message, { requestHeader, signal, timeoutMs }: HandlerContext) => {
      const correlationId = requestHeader.get('x-correlation-id') ?? undefined;
      const call = { protocol: 'grpc', side: 'server', service: contract.name, operation: name } as const;
      let principal: Principal | undefined;
      const work = async () => {
        try {
          const authorization = requestHeader.get('authorization') ?? undefined;
          principal = await admit(access, call, operation.access, authorization);
          const input = parse(operation.input, fromMessage(method.input, message));
          const context = { principal, correlationId, signal, timeoutMilliseconds: timeoutMs() };
          return await asSubject(principal, () => handle(input, context));
        } catch (error) {
          throw toFailure(error, signal);
        }
      };
      try {
        return toMessage(method.output, await observeCall(call, work));
      } catch (error) {
        const failure = toFailure(error, signal);
        const level = failure.failure.httpStatus >= 500 ? 'error' : 'debug';
        logger[level](
          { err: failure.cause ?? failure, failure: failure.type, correlationId, subject: principal?.subject },
          `${method.name} was answered with ${failure.failure.grpcCode}`,
        );
        throw toConnectError(failure);
      }
    };
    return [
      name,
      (message: Message, context: HandlerContext) =>
        inTraceOf(Object.fromEntries(context.requestHeader), () => answer(message, context)),
    ];
  });
  return Object.fromEntries(methods) as ServiceImpl<DescService>;
}
