import { v5 as uuidV5 } from 'uuid';
import type { z } from 'zod';
import { attributesSchema } from './cloud-event.ts';
import { type DataIn, type EventContracts, majorless, type NameIn } from './contracts.ts';

/** The media type of a structured-mode CloudEvent: the whole envelope is the message's body. */
export const cloudEventContentType = 'application/cloudevents+json; charset=utf-8';

const eventNamespace = '8449df59-f9b3-456a-ad3a-c31a2767f0ce';

/** An event of any system: what it states, and where it belongs. */
export interface Envelope<Name extends string = string, Data = unknown> {
  readonly name: Name;
  /** Its type in the newest version, which is also its routing key: `tracking.parcel.scanned.v1`. */
  readonly type: string;
  /**
   * UUID v5 of origin, sequence and type without its version: the same fact has the same id, however often and in
   * whatever version it is published.
   */
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
  readonly data: Data;
  /** The earlier version that it was published in, when `data` was raised from that. */
  readonly publishedAs?: { readonly type: string; readonly data: unknown };
}

/** An event of these contracts; `name` tells which, and with it the type of `data`. */
export type EventIn<Contracts extends EventContracts, Name extends NameIn<Contracts> = NameIn<Contracts>> = {
  [Each in Name]: Envelope<Each, z.output<Contracts[Each]['data']>>;
}[Name];

/** What a new event is made from. */
export type DraftIn<Contracts extends EventContracts, Name extends NameIn<Contracts>> = Omit<
  Envelope<Name>,
  'id' | 'type' | 'data' | 'publishedAs'
> & {
  readonly data: DataIn<Contracts, Name>;
  /** What the event's id is derived from, beside sequence and type: the id of a workflow, never of a run. */
  readonly origin: string;
};

/** An event that no consumer could read: it is not made. The message names the field. */
export class InvalidEventError extends TypeError {
  override readonly name = 'InvalidEventError';
  /** The path of the field at fault, within the data or among the attributes: `lines.0.quantity`. */
  readonly field: string;

  constructor(what: string, { issues: [issue] }: z.ZodError) {
    const field = issue?.path.join('.') || 'data';
    super(`${what}: ${field}: ${issue?.message}`);
    this.field = field;
  }
}

/**
 * Makes an event with its deterministic id.
 *
 * @throws {InvalidEventError} when the data does not meet the event's contract, or an attribute is none
 * @throws {RangeError} when there is no contract of that name
 */
export function createEventIn<Contracts extends EventContracts, Name extends NameIn<Contracts>>(
  contracts: Contracts,
  { origin, ...draft }: DraftIn<Contracts, Name>,
): EventIn<Contracts, Name> {
  const contract = contracts[draft.name];
  if (!contract) throw new RangeError(`there is no contract for an event ${draft.name}: add it to the contracts`);
  const { type } = contract;
  const attributes = attributesSchema.safeParse(draft);
  if (!attributes.success)
    throw new InvalidEventError(`${draft.name} cannot be read by its consumers`, attributes.error);
  const data = contract.data.safeParse(draft.data);
  if (!data.success) throw new InvalidEventError(`${draft.name} does not meet its contract`, data.error);
  // The first version stands for all, so that a fact which is published again in a newer one keeps its id.
  const id = uuidV5(`${origin}/${draft.sequence}/${majorless(type)}.v1`, eventNamespace);
  return { ...draft, type, id, data: data.data } as EventIn<Contracts, Name>;
}

/** The name of the JSON Schema of an event's data. */
export const schemaNameIn = (system: string, type: string) => `urn:${system}:schema:${type}`;

/** Where events of a type are from: the system, and the context that states them. */
export const sourceOf = (system: string, type: string) => `urn:${system}:${type.split('.')[0]}`;

/**
 * The event as the body of a message: a structured-mode CloudEvent 1.0.
 *
 * @param system names the system that states it, in `source` and `dataschema`
 */
export function encodeEventOf(system: string, event: Envelope): Buffer {
  const { type } = event;
  return Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: event.id,
      source: sourceOf(system, type),
      type,
      subject: event.subject,
      time: event.time,
      datacontenttype: 'application/json',
      dataschema: schemaNameIn(system, type),
      correlationid: event.correlationId,
      causationid: event.causationId,
      sequence: String(event.sequence).padStart(10, '0'),
      traceparent: event.traceparent,
      data: event.data,
    }),
  );
}
