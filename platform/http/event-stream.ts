import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from '../logging.ts';
import { toFailure } from '../unforeseen.ts';
import { type EventSource, eventStreamType } from './contract.ts';
import { toProblem } from './problem.ts';

/** Milliseconds: shorter than proxies wait for a connection that says nothing. */
const heartbeatEvery = 15_000;
/** Milliseconds after which a caller that was cut off comes back. */
const retryAfter = 1_000;

/** The streams of a server that are open, which it ends before it closes. */
export function openStreams(server: FastifyInstance): Set<AbortController> {
  const open = new Set<AbortController>();
  server.addHook('preClose', async () => {
    for (const stream of open) stream.abort();
  });
  return open;
}

/**
 * Answers with server-sent events as they come. One that fails ends with the event `problem`; a caller that was cut off comes
 * back with the id of the last event that it has seen.
 */
export function sendEvents(
  reply: FastifyReply,
  source: EventSource,
  open: Set<AbortController>,
  logger: Logger,
): FastifyReply {
  const end = new AbortController();
  const stream = new PassThrough();
  const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatEvery);
  open.add(end);
  end.signal.addEventListener('abort', () => {
    clearInterval(heartbeat);
    open.delete(end);
    stream.end();
  });
  stream.once('close', () => end.abort());
  stream.write(`retry: ${retryAfter}\n\n`);
  void pass(source, stream, end, logger);
  return reply.header('cache-control', 'no-store').type(eventStreamType).send(stream);
}

async function pass(source: EventSource, stream: PassThrough, end: AbortController, logger: Logger): Promise<void> {
  const { signal } = end;
  try {
    for await (const { id, event, data } of source(signal)) {
      if (signal.aborted) break;
      const room = stream.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (!room) await once(stream, 'drain', { signal });
    }
  } catch (error) {
    if (signal.aborted) return;
    const failure = toFailure(error);
    const problem = toProblem(failure);
    if (problem.status >= 500) logger.error({ err: failure.cause ?? failure }, 'a stream of events broke off');
    stream.write(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`);
  } finally {
    end.abort();
  }
}
