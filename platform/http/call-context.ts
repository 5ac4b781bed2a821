import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../contracts/validation.ts';
import { type CallContext, timeoutHeader } from './contract.ts';

const headers = z.object({
  [timeoutHeader]: z
    .string()
    .regex(/^[1-9]\d{0,7}$/, 'a timeout is a whole number of milliseconds from 1 to 99999999')
    .optional(),
});

/**
 * What a handler is told of its call. The server itself does not break a handler off: what has taken effect is answered as
 * such, even late, and one that heeds the signal leaves nothing half done.
 *
 * @throws {ServiceFailure} `InvalidRequest` for a timeout that cannot be read
 */
export function callContext({ headers: sent, principal }: FastifyRequest, answer: ServerResponse): CallContext {
  const gone = new AbortController();
  // The request, and Fastify's own signal with it, closes as soon as its body was read: only the answer tells.
  answer.once('close', () => {
    if (!answer.writableFinished) gone.abort();
  });
  const correlationId = sent['x-correlation-id'];
  const text = parse(headers, sent)[timeoutHeader];
  const timeoutMilliseconds = text === undefined ? undefined : Number(text);
  const lastEventId = sent['last-event-id'];
  return {
    principal,
    token: principal && sent.authorization?.replace(/^Bearer +/i, ''),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    correlationId: typeof correlationId === 'string' ? correlationId : undefined,
    timeoutMilliseconds,
    signal:
      timeoutMilliseconds === undefined
        ? gone.signal
        : AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMilliseconds)]),
  };
}
