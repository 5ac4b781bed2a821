import { createHash } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { cut } from '../../contracts/foreign-text.ts';
import { contentHash } from '../../platform/content-hash.ts';

/** A message out of a dead-letter queue, with what can be told of it. */
export interface ArchivedMessage {
  /** Equal when the same message is delivered again, another one when it fails again after a replay. */
  readonly occurrence: string;
  /** The work queue where it failed. */
  readonly queue: string;
  readonly exchange: string | null;
  readonly routingKey: string | null;
  readonly messageId: string | null;
  readonly type: string | null;
  readonly subject: string | null;
  readonly correlationId: string | null;
  readonly deadReason: string;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  readonly errorStack: string | null;
  readonly attempts: number;
  readonly firstFailedAt: string | null;
  readonly traceparent: string | null;
  readonly replayOf: number | null;
  /** All properties and headers as JSON. */
  readonly properties: string;
  readonly body: Buffer;
}

/** Reads a dead message. Nothing that it holds is relied upon: what cannot be read is null. */
export function archivedMessage({ content, properties }: ConsumeMessage, queue: string): ArchivedMessage {
  const headers: Record<string, unknown> = properties.headers ?? {};
  const event = attributesOf(content);
  const death = lastDeath(headers);
  const body = createHash('sha256').update(content).digest('hex');
  return {
    occurrence: contentHash({
      queue,
      body,
      properties: asJson({ ...properties, headers: withoutDeliveryCounts(headers) }),
    }),
    queue,
    exchange: textOf(headers['x-original-exchange'] ?? death?.exchange),
    routingKey: textOf(headers['x-original-routing-key'] ?? death?.routingKey),
    messageId: textOf(properties.messageId) ?? textOf(event['id']),
    type: textOf(event['type']) ?? textOf(properties.type),
    subject: textOf(event['subject']),
    correlationId: textOf(event['correlationid']) ?? textOf(properties.correlationId),
    // A consumer takes the broker's notes off what it parks: where they are, the broker was the last one.
    deadReason: textOf(death?.reason) ?? textOf(headers['x-dead-reason']) ?? 'unknown',
    errorType: textOf(headers['x-error-type']),
    errorMessage: textOf(headers['x-error-message'], longestText),
    errorStack: textOf(headers['x-error-stack'], longestText),
    attempts: (countOf(headers['x-attempt']) ?? 0) + 1,
    firstFailedAt: instantOf(headers['x-first-failed-at']) ?? death?.time ?? null,
    traceparent: textOf(headers['traceparent']) ?? textOf(event['traceparent']),
    replayOf: countOf(headers['x-replay-of']),
    properties: JSON.stringify(properties),
    body: content,
  };
}

/** AMQP has numbers that JSON has not, such as infinity: they are null, as in what is kept. */
const asJson = (properties: object): unknown => JSON.parse(JSON.stringify(properties));

const longestName = 255;
const longestText = 4_000;

/** PostgreSQL stores no U+0000, and an index no text of any length. */
function textOf(value: unknown, longest = longestName): string | null {
  return typeof value === 'string' ? cut(value, longest).replaceAll('\0', '\u{FFFD}') : null;
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e9 ? value : null;
}

function instantOf(value: unknown): string | null {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  const isReasonable = typeof time === 'number' && time > 0 && time < Date.UTC(9999, 0);
  return isReasonable ? new Date(time).toISOString() : null;
}

function attributesOf(content: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A quorum queue of 4.x counts deliveries in the headers, so they differ each time. */
function withoutDeliveryCounts(headers: Record<string, unknown>): Record<string, unknown> {
  const { 'x-delivery-count': _, 'x-acquired-count': __, ...others } = headers;
  return others;
}

/** Why the broker itself moved the message last, as its header `x-death` tells. */
function lastDeath(headers: Record<string, unknown>) {
  const [last]: unknown[] = Array.isArray(headers['x-death']) ? headers['x-death'] : [];
  if (typeof last !== 'object' || last === null) return undefined;
  const { reason, exchange, 'routing-keys': keys, time } = last as Record<string, unknown>;
  const seconds = (time as { value?: unknown } | null | undefined)?.value;
  return {
    reason: typeof reason === 'string' ? reason.replaceAll('_', '-') : undefined,
    exchange,
    routingKey: Array.isArray(keys) ? keys[0] : undefined,
    time: typeof seconds === 'number' ? instantOf(seconds * 1000) : null,
  };
}
