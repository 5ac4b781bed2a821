import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance } from 'fastify';
import { ServiceFailure } from '../../contracts/failures.ts';
import { shorten } from '../../contracts/foreign-text.ts';
import type { Logger } from '../logging.ts';
import { largestBody, largestHead } from './limits.ts';
import { toProblem } from './problem.ts';

/** The media type of a failure's answer (RFC 9457). */
export const problemContentType = 'application/problem+json';

/** An address as a message quotes it. */
export const shownUrl = (url: string): string => shorten(url, 200);

/** Whether the caller has closed the connection before its request was whole: it is told nothing any more. */
export const isBrokenOff = ({ code, message }: Partial<FastifyError>): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || message === 'aborted';

/** A request that Fastify could not read or route, as a failure; `undefined` for an error that is no refusal of its. */
export function unreadable({ code, statusCode = 500, message }: FastifyError): ServiceFailure | undefined {
  if (statusCode >= 500) return undefined;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ServiceFailure('PayloadTooLarge', `body: it is larger than ${largestBody} bytes`, { field: 'body' });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ServiceFailure('UnsupportedMediaType', 'body: send JSON, with the content type application/json', {
        field: 'body',
      });
    case 'FST_ERR_BAD_URL':
      return new ServiceFailure(
        'InvalidRequest',
        'the address has a % without two hexadecimal digits of UTF-8 behind it',
        {
          field: 'url',
        },
      );
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ServiceFailure('UriTooLong', 'the address has a part that is longer than any id', { field: 'url' });
    default:
      return new ServiceFailure('InvalidRequest', `the request cannot be read: ${message}`, { field: 'body' });
  }
}

type UnreadableHead = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** Answers what is no HTTP, is larger than the limits, or does not arrive, before there is a request to answer. */
export function answerUnreadable(error: UnreadableHead, socket: Socket, logger: Logger): void {
  if (isBrokenOff(error) || socket.destroyed) return;
  const failure = unreadableHead(error);
  const problem = toProblem(failure);
  logger.info({ failure: failure.type, code: error.code }, `a request was answered with ${problem.status}`);
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function unreadableHead({ code, message, rawPacket }: UnreadableHead): ServiceFailure {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ServiceFailure('RequestTimeout', 'the request did not arrive in time; send it again');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const size = `${largestHead} bytes, the most for an address and headers together`;
    return isLongLine(rawPacket)
      ? new ServiceFailure('UriTooLong', `the address is longer than ${size}`, { field: 'url' })
      : new ServiceFailure('HeadersTooLarge', `the headers are larger than ${size}`, { field: 'headers' });
  }
  return new ServiceFailure('InvalidRequest', `the request is no HTTP/1.1: ${message}`);
}

/** Whether it was the line with the address that reached the limit, not the headers behind it. */
function isLongLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet) || !/^[A-Z]+ \//.test(packet.toString('latin1', 0, 20))) return false;
  const end = packet.indexOf('\n');
  return end < 0 || end > largestHead / 2;
}

/** Answers what no route takes: 405 with the methods of the address where it knows others, else 404. */
export function refuseUnknownRoutes(server: FastifyInstance, service: string): void {
  const routes: { readonly form: RegExp; readonly url: string; readonly method: string }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    // That of preflight requests, which is everywhere.
    if (url === '*') return;
    const form = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:[A-Za-z]+/g, '[^/]+')}$`);
    for (const each of [method].flat()) routes.push({ form, url, method: each });
  });
  const methodsOf = (path: string): string[] => {
    const fitting = routes.filter(({ form }) => form.test(path));
    // As OpenAPI has it: an address that a document names is that one, not another one's with a parameter.
    const named = fitting.filter(({ url }) => url === path);
    return [...new Set((named.length > 0 ? named : fitting).map(({ method }) => method))].sort();
  };
  // Before the body is read, which is nothing for an address that does not take it.
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const { method, url } = request;
    const allowed = methodsOf(url.replace(/[?#].*$/s, ''));
    const unknown = `${service} has no ${method} ${shownUrl(url)}`;
    if (allowed.length === 0) throw new ServiceFailure('NotFound', unknown);
    reply.header('allow', allowed.join(', '));
    throw new ServiceFailure('MethodNotAllowed', `${unknown}; the address knows ${allowed.join(', ')}`);
  });
}
