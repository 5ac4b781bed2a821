import type { MessageProperties, Options } from 'amqplib';

type HeaderValue = string | number | boolean;

/** The properties of a message that go along when it is sent on; all of them can be written. */
export type KeptProperties = Pick<
  Options.Publish,
  'contentType' | 'contentEncoding' | 'type' | 'correlationId' | 'appId' | 'messageId' | 'timestamp'
> & { readonly headers: Readonly<Record<string, HeaderValue>> };

const texts = ['contentType', 'contentEncoding', 'type', 'correlationId', 'appId', 'messageId'] as const;

/** In bytes; the client library writes no table above 64 KiB. */
const largestHeader = 4_096;
const largestHeaders = 16_384;
const longestProperty = 255;

/**
 * What to keep of the properties that a message came with. Anyone may write anything into them, and the client library
 * reads more than it can write: what is nested, too long or no ordinary number is left out, so that every message can be
 * parked.
 */
export function keepProperties(properties: Partial<MessageProperties>): KeptProperties {
  const { timestamp } = properties;
  return {
    ...Object.fromEntries(texts.map((name) => [name, properties[name]]).filter(([, text]) => isShort(text))),
    ...(Number.isSafeInteger(timestamp) && { timestamp }),
    headers: keepHeaders(properties.headers ?? {}),
  };
}

// Bytes that are no UTF-8 become longer when they are read.
const isShort = (text: unknown) => typeof text === 'string' && Buffer.byteLength(text) <= longestProperty;

function keepHeaders(headers: Readonly<Record<string, unknown>>): Record<string, HeaderValue> {
  const kept: [string, HeaderValue][] = [];
  let room = largestHeaders;
  for (const [name, value] of Object.entries(headers)) {
    if (isInstruction(name) || !isShort(name) || !isOrdinary(value)) continue;
    const size = Buffer.byteLength(name) + Buffer.byteLength(String(value));
    if (size > largestHeader || size > room) continue;
    room -= size;
    kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

function isOrdinary(value: unknown): value is HeaderValue {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return typeof value === 'string' || typeof value === 'boolean';
}

/** The broker's own notes would mislead it the next time, and `CC` has it send a copy to whatever queue is named there. */
const isInstruction = (name: string) =>
  /^(x-(death|first-death-.*|last-death-.*|delivery-count|acquired-count)|B?CC)$/.test(name);
