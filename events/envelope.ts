import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';
import { instantSchema } from '../contracts/identifiers.ts';
import { contentHash } from '../platform/content-hash.ts';
import { type EventData, type EventName, integrationEvents } from './contracts/index.ts';

/** The media type of a structured-mode CloudEvent: the whole envelope is the message's body. */
export const cloudEventContentType = 'application/cloudevents+json; charset=utf-8';

const eventNamespace = '8449df59-f9b3-456a-ad3a-c31a2767f0ce';

interface Envelope<Name extends EventName> {
  readonly name: Name;
  /** UUID v5 of origin, sequence and type: the same fact has the same id, however often it is published. */
  readonly id: string;
  readonly subject: string;
  /** When it happened: ISO 8601 in UTC. */
  readonly time: string;
  readonly correlationId: string;
  /** What caused it: the id of a workflow, or of the event that a consumer handled. */
  readonly causationId: string;
  /** The place of the event among those of its origin, from 1. */
  readonly sequence: number;
  /** The trace that the fact was recorded in (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly data: z.output<(typeof integrationEvents)[Name]['data']>;
}

/** An integration event; `name` tells which, and with it the type of `data`. */
export type IntegrationEvent<Name extends EventName = EventName> = { [Each in Name]: Envelope<Each> }[Name];

/** What a new event is made from. */
export type EventDraft<Name extends EventName = EventName> = Omit<Envelope<Name>, 'id' | 'data'> & {
  readonly data: EventData<Name>;
  /** What the event's id is derived from, beside sequence and type: the id of a workflow, never of a run. */
  readonly origin: string;
};

/** The type of an event, which is also its routing key: `checkout.order.placed.v1`. */
export const typeOf = (name: EventName): string => integrationEvents[name].type;

/**
 * Makes an event with its deterministic id.
 *
 * @throws {z.ZodError} when the data does not meet the event's contract
 */
export function createEvent<Name extends EventName>({ origin, ...draft }: EventDraft<Name>): IntegrationEvent<Name> {
  const id = uuidV5(`${origin}/${draft.sequence}/${typeOf(draft.name)}`, eventNamespace);
  const data = integrationEvents[draft.name].data.parse(draft.data);
  return { ...draft, id, data } as IntegrationEvent<Name>;
}

/** The hash of what an event states. A retry or a reset may record the same fact at another time, so time is left out. */
export function factHash({ name, subject, data }: IntegrationEvent): string {
  return contentHash({ name, subject, data });
}

/** Why a message cannot be handled, now and however often it is tried. */
export type UnreadableReason = 'unreadable' | 'unknown-type' | 'unknown-version' | 'invalid-data';

/** A message that is no event of these contracts. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const text = z.string().min(1);
const attributesSchema = z.object({
  specversion: z.literal('1.0'),
  id: text,
  source: text,
  type: text,
  subject: text,
  time: instantSchema,
  correlationid: text,
  causationid: text,
  // A CloudEvents `sequence` is a text that sorts; leading zeros make it one.
  sequence: z.string().regex(/^\d{1,10}$/),
  traceparent: text.optional(),
  data: z.unknown(),
});

/** The event as the body of a message: a structured-mode CloudEvent 1.0. */
export function encodeEvent(event: IntegrationEvent): Buffer {
  const type = typeOf(event.name);
  return Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: event.id,
      source: `urn:durable-checkout:${type.split('.')[0]}`,
      type,
      subject: event.subject,
      time: event.time,
      datacontenttype: 'application/json',
      dataschema: `urn:durable-checkout:schema:${type}`,
      correlationid: event.correlationId,
      causationid: event.causationId,
      sequence: String(event.sequence).padStart(10, '0'),
      traceparent: event.traceparent,
      data: event.data,
    }),
  );
}

/**
 * Reads the body of a message. Fields that the contract does not know are dropped: a newer minor version may send them.
 *
 * @throws {UnreadableEventError} which says whether the body, the type, its major version or the data is at fault
 */
export function decodeEvent(body: Buffer): IntegrationEvent {
  const attributes = attributesSchema.safeParse(parseJson(body));
  if (!attributes.success) throw unreadable('unreadable', 'The message is no CloudEvent 1.0', attributes.error);
  const { id, type, subject, time, correlationid, causationid, sequence, traceparent, data } = attributes.data;
  const name = eventNames.get(type);
  if (!name) {
    const known = [...eventNames.keys()].some((other) => majorless(other) === majorless(type));
    throw known
      ? unreadable('unknown-version', `This consumer does not know the version of ${type} yet`)
      : unreadable('unknown-type', `There is no event of type ${type}`);
  }
  const checked = integrationEvents[name].data.safeParse(data);
  if (!checked.success)
    throw unreadable('invalid-data', `The data does not meet the contract of ${type}`, checked.error);
  return {
    name,
    id,
    subject,
    time,
    correlationId: correlationid,
    causationId: causationid,
    sequence: Number(sequence),
    ...(traceparent && { traceparent }),
    data: checked.data,
  } as IntegrationEvent;
}

const eventNames = new Map((Object.keys(integrationEvents) as EventName[]).map((name) => [typeOf(name), name]));

const majorless = (type: string) => type.replace(/\.v\d+$/, '');

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new UnreadableEventError('unreadable', 'The message is no JSON', { cause: error });
  }
}

function unreadable(reason: UnreadableReason, message: string, cause?: z.ZodError): UnreadableEventError {
  const issue = cause?.issues[0];
  return new UnreadableEventError(
    reason,
    issue ? `${message}: ${issue.path.join('.') || 'the body'}: ${issue.message}` : message,
    { cause },
  );
}
