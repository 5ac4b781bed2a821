import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { cut, shorten } from '../../contracts/foreign-text.ts';
import type { UnreadableReason } from '../envelope/decoder.ts';
import { keepProperties } from '../publishing/kept-properties.ts';
import type { OutgoingMessage } from '../publishing/outgoing-message.ts';
import type { QueueTopology, Topology } from '../topology/topology.ts';

/** Why a message lies in a dead-letter queue: the header `x-dead-reason`. */
export type DeadReason = UnreadableReason | 'conflict' | 'unsubscribed' | 'retries-exhausted';

/** Characters. All headers together have to stay well below 64 KiB. */
const longestErrorMessage = 500;
const longestErrorStack = 2_000;

/**
 * A message whose handling failed, on its way to the next retry tier; `undefined` when it has been through all of them.
 */
export function toRetry(
  message: ConsumeMessage,
  { exchanges }: Topology,
  queue: QueueTopology,
  error: unknown,
): OutgoingMessage | undefined {
  const attempt = attemptOf(message);
  const tier = queue.retry[attempt];
  return (
    tier &&
    republish(message, exchanges.retry, tier.name, { ...failureHeaders(message, error), 'x-attempt': attempt + 1 })
  );
}

/** A message on its way to the dead-letter queue of the queue where it failed, with the reason. */
export function toDeadLetter(
  message: ConsumeMessage,
  { exchanges }: Topology,
  queue: QueueTopology,
  reason: DeadReason,
  error: unknown,
): OutgoingMessage {
  return republish(message, exchanges.dead, queue.work, {
    ...failureHeaders(message, error),
    'x-attempt': attemptOf(message) || undefined,
    'x-dead-reason': reason,
  });
}

/**
 * A dead message that is sent back to the queue where it failed, as new: what its failure had added is taken off.
 *
 * @param headers added to those that it had when it was published
 */
export function toReplay(
  { content, properties }: Pick<ConsumeMessage, 'content' | 'properties'>,
  { exchanges }: Topology,
  queue: string,
  headers: Record<string, unknown>,
): OutgoingMessage {
  const kept = Object.entries(properties.headers ?? {}).filter(([name]) => !isFailureHeader(name));
  const clean = { content, properties: { ...properties, headers: Object.fromEntries(kept) } };
  return republish(clean, exchanges.retry, queue, headers);
}

/** How often the message has been through a retry tier. */
function attemptOf({ properties }: ConsumeMessage): number {
  const attempt: unknown = properties.headers?.['x-attempt'];
  return Number.isSafeInteger(attempt) && (attempt as number) > 0 ? (attempt as number) : 0;
}

function failureHeaders({ fields, properties }: ConsumeMessage, error: unknown): Record<string, unknown> {
  const earlier = keepProperties(properties).headers;
  return {
    'x-original-exchange': earlier['x-original-exchange'] ?? fields.exchange,
    'x-original-routing-key': earlier['x-original-routing-key'] ?? fields.routingKey,
    'x-first-failed-at': earlier['x-first-failed-at'] ?? new Date().toISOString(),
    'x-error-type': error instanceof Error ? error.name : typeof error,
    'x-error-message': shorten(error instanceof Error ? error.message : String(error), longestErrorMessage),
    'x-error-stack': framesOf(error),
  };
}

/** The frames alone: the message, which comes before them, could be long enough to leave none of them. */
function framesOf(error: unknown): string | undefined {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';
  const frames = stack.indexOf('\n    at ');
  return frames < 0 ? undefined : cut(stack.slice(frames + 1), longestErrorStack);
}

/** The body stays as it is, and the properties as far as they can be sent on. */
function republish(
  { content, properties }: Pick<ConsumeMessage, 'content' | 'properties'>,
  exchange: string,
  routingKey: string,
  headers: Record<string, unknown>,
): OutgoingMessage {
  const kept = keepProperties(properties);
  return {
    exchange,
    routingKey,
    content,
    properties: { ...kept, messageId: kept.messageId ?? randomUUID(), headers: { ...kept.headers, ...headers } },
  };
}

const isFailureHeader = (name: string) =>
  /^x-(attempt|dead-reason|first-failed-at|error-(type|message|stack))$/.test(name);
