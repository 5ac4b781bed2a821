import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { withoutNulls } from '../../contracts/absent.ts';
import { findUnstorable, shorten } from '../../contracts/foreign-text.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { cloudEventSchema } from './cloud-event.ts';
import { type EventContracts, type EventVersion, majorless, upcast, versionsOf } from './contracts.ts';
import { type Envelope, type EventIn, sourceOf } from './envelope.ts';

/**
 * The hash of what an event states, as it was published. A retry or a reset may record the same fact at another time, so
 * time is left out.
 */
export function factHash({ name, subject, data, publishedAs }: Envelope): string {
  return contentHash({ name, subject, data: publishedAs ? publishedAs.data : data });
}

/** Why a message cannot be handled, now and however often it is tried. */
export type UnreadableReason = 'unreadable' | 'unknown-type' | 'unknown-version' | 'invalid-data' | 'forged';

/** A message that is no event of these contracts. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Reads the body of a message. */
export type EventDecoder<Event extends Envelope = Envelope> = (body: Buffer) => Event;

/**
 * A decoder for these contracts: it reads the body of a message, and raises an earlier version to the newest. Fields that the
 * contract does not know are dropped: a newer minor version may send them.
 *
 * It throws an {@link UnreadableEventError}, which says whether the body, the type, its major version, the data or the source is
 * at fault.
 *
 * @param system whose events they are: one from another source is `forged`. @default any source will do
 */
export function eventDecoder<Contracts extends EventContracts>(
  contracts: Contracts,
  system?: string,
): EventDecoder<EventIn<Contracts>> {
  const events = new Map<string, { name: string; contract: EventVersion }>(
    Object.entries(contracts).flatMap(([name, contract]) =>
      versionsOf(contract).map(({ type }) => [type, { name, contract }]),
    ),
  );
  const known = new Set([...events.keys()].map(majorless));
  return (body) => {
    const attributes = cloudEventSchema.safeParse(withoutNulls(cloudEventSchema, parseJson(body)));
    if (!attributes.success) throw unreadable('unreadable', 'The message is no CloudEvent 1.0', attributes.error);
    const { type, source, correlationid, causationid, sequence, traceparent, data, ...others } = attributes.data;
    const event = events.get(type);
    if (!event) {
      throw known.has(majorless(type))
        ? unreadable('unknown-version', `This consumer does not know the version of ${type} yet`)
        : unreadable('unknown-type', `There is no event of type ${type}`);
    }
    if (system !== undefined && source !== sourceOf(system, type)) {
      throw unreadable('forged', `The message is forged: an event ${type} is not from ${source}`);
    }
    const { published, newest } = readData(event.contract, type, data);
    return {
      name: event.name,
      type: event.contract.type,
      id: others.id,
      subject: others.subject,
      time: others.time,
      correlationId: correlationid,
      causationId: causationid,
      sequence: Number(sequence),
      ...(traceparent && { traceparent }),
      data: newest,
      ...(type !== event.contract.type && { publishedAs: { type, data: published } }),
    } as Envelope as EventIn<Contracts>;
  };
}

function readData(contract: EventVersion, type: string, data: unknown): ReturnType<typeof upcast> {
  try {
    return upcast(contract, type, withoutNulls(schemaOf(contract, type), data));
  } catch (error) {
    throw unreadable('invalid-data', `The data does not meet the contract of ${type}`, error);
  }
}

const schemaOf = (contract: EventVersion, type: string) =>
  versionsOf(contract).find((version) => version.type === type)?.data ?? contract.data;

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw unreadable('unreadable', 'The message is no UTF-8');
  if (isNestedDeeply(body))
    throw unreadable('unreadable', `The message is nested more than ${deepestNesting} levels deep`);
  const json = body.toString('utf8').replace(/^\uFEFF/, '');
  const value = readJson(json);
  // PostgreSQL has no place for it: every handler that keeps such a text would fail each time. Both come as escapes only.
  const unstorable = /\\u(?:0000|d[89a-f])/i.test(json) ? findUnstorable(value) : undefined;
  if (unstorable) throw unreadable('unreadable', `The message cannot be kept: ${unstorable.fault}`);
  return value;
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw unreadable('unreadable', 'The message is no JSON', error);
  }
}

const deepestNesting = 100;
const [quote, backslash, openBracket, openBrace, closeBracket, closeBrace] = Buffer.from('"\\[{]}');

/** Looked at before the JSON is read: what is nested deeply takes a hundred times its size, and overflows the stack of code that walks it. */
function isNestedDeeply(body: Buffer): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index];
    if (inText) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === openBracket || byte === openBrace) {
      depth += 1;
      if (depth > deepestNesting) return true;
    } else if (byte === closeBracket || byte === closeBrace) depth -= 1;
  }
  return false;
}

/** Strangers write messages: nothing of theirs goes into the log or a header at full length. */
const longestReason = 500;

function unreadable(reason: UnreadableReason, message: string, cause?: unknown): UnreadableEventError {
  const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
  const detail = issue
    ? `${issue.path.join('.') || 'the body'}: ${issue.message}`
    : cause instanceof Error && cause.message;
  return new UnreadableEventError(reason, shorten(detail ? `${message}: ${detail}` : message, longestReason));
}
