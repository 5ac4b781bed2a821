import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import type { UnreadableReason } from './envelope.ts';
import type { OutgoingMessage } from './publisher.ts';
import type { QueueTopology, Topology } from './topology.ts';

/** Why a message lies in a dead-letter queue: the header `x-dead-reason`. */
export type DeadReason = UnreadableReason | 'conflict' | 'unsubscribed' | 'retries-exhausted';

const longestErrorMessage = 500;

/**
 * A message whose handling failed, on its way to the next retry tier; `undefined` when it has been through all of them.
 */
export function toRetry(message: ConsumeMessage, queue: QueueTopology, error: unknown): OutgoingMessage | undefined {
  const attempt = attemptOf(message);
  const tier = queue.retry[attempt];
  return tier && republish(message, '', tier.name, { ...failureHeaders(message, error), 'x-attempt': attempt + 1 });
}

/** A message on its way to the dead-letter queue of the queue where it failed, with the reason. */
export function toDeadLetter(
  message: ConsumeMessage,
  { exchanges }: Topology,
  queue: QueueTopology,
  reason: DeadReason,
  error: unknown,
): OutgoingMessage {
  return republish(message, exchanges.dead, queue.work, { ...failureHeaders(message, error), 'x-dead-reason': reason });
}

/** How often the message has been through a retry tier. */
function attemptOf({ properties }: ConsumeMessage): number {
  const attempt: unknown = properties.headers?.['x-attempt'];
  return Number.isSafeInteger(attempt) && (attempt as number) > 0 ? (attempt as number) : 0;
}

function failureHeaders({ fields, properties }: ConsumeMessage, error: unknown): Record<string, unknown> {
  const earlier = properties.headers ?? {};
  return {
    'x-original-exchange': earlier['x-original-exchange'] ?? fields.exchange,
    'x-original-routing-key': earlier['x-original-routing-key'] ?? fields.routingKey,
    'x-first-failed-at': earlier['x-first-failed-at'] ?? new Date().toISOString(),
    'x-error-type': error instanceof Error ? error.name : typeof error,
    'x-error-message': (error instanceof Error ? error.message : String(error)).slice(0, longestErrorMessage),
  };
}

/** The body and the properties stay as they are; the broker's own notes would mislead it the next time. */
function republish(
  { content, properties }: ConsumeMessage,
  exchange: string,
  routingKey: string,
  headers: Record<string, unknown>,
): OutgoingMessage {
  const { contentType, contentEncoding, type, correlationId, timestamp, appId } = properties;
  const kept = Object.entries(properties.headers ?? {}).filter(([name]) => !isBrokerHeader(name));
  return {
    exchange,
    routingKey,
    content,
    properties: {
      contentType,
      contentEncoding,
      type,
      correlationId,
      timestamp,
      appId,
      messageId: properties.messageId ?? randomUUID(),
      headers: { ...Object.fromEntries(kept), ...headers },
    },
  };
}

const isBrokerHeader = (name: string) =>
  /^x-(death|first-death-.*|last-death-.*|delivery-count|acquired-count)$/.test(name);
