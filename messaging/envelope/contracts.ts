import type { z } from 'zod';

/** One major version of an event. */
export interface EventVersion<Data extends z.ZodType = z.ZodType> {
  /**
   * `<context>.<aggregate>.<event>.v<major>`, which is also the routing key; a topology refuses another form. As a template,
   * TypeScript would take the first `.v` for that of the version, and refuse `purchasing.variance.found.v1`.
   */
  readonly type: string;
  readonly data: Data;
  /** The version before this one, where it may still come: from an older publisher, a queue or a replay. */
  readonly earlier?: EarlierVersion;
}

/** A version that is not published any more, and how its data becomes that of the next one. */
export interface EarlierVersion extends EventVersion {
  upcast(data: unknown): unknown;
}

/** An event in its newest version, the only one that is published and handled. */
export interface EventContract<Data extends z.ZodType = z.ZodType> extends EventVersion<Data> {
  /** The context whose workflow or consumer states the fact. */
  readonly publisher: string;
  /** An instruction to one service instead of a fact: exactly one queue takes it, and one that no queue takes fails its sender. */
  readonly kind?: 'command';
  /** When it is published, in one sentence. */
  readonly when: string;
}

export type EventContracts = Readonly<Record<string, EventContract>>;

/** The names of the events that contracts describe. */
export type NameIn<Contracts extends EventContracts> = keyof Contracts & string;

/** The data of an event as its publisher gives it. */
export type DataIn<Contracts extends EventContracts, Name extends NameIn<Contracts>> = z.input<Contracts[Name]['data']>;

/**
 * A new major version of an event. Consumers handle the newest alone; what comes in an earlier one is raised to it.
 *
 * ```ts
 * ParcelScanned: newVersion(
 *   { type: 'tracking.parcel.scanned.v1', data: z.object({ … }) },
 *   { type: 'tracking.parcel.scanned.v2', data: z.object({ …, by: z.enum(['courier', 'depot']) }), publisher, when },
 *   (data) => ({ ...data, by: 'depot' }),
 * )
 * ```
 *
 * @param upcast a plain function: the same data becomes the same data, whenever it is called
 */
export function newVersion<OldData extends z.ZodType, Data extends z.ZodType>(
  old: EventVersion<OldData>,
  newest: Omit<EventContract<Data>, 'earlier'>,
  upcast: (data: z.output<OldData>) => z.input<Data>,
): EventContract<Data> {
  return { ...newest, earlier: { ...old, upcast: upcast as EarlierVersion['upcast'] } };
}

/** All versions of an event, the newest first. */
export function versionsOf(contract: EventVersion): EventVersion[] {
  return [contract, ...(contract.earlier ? versionsOf(contract.earlier) : [])];
}

/** The types of all versions of an event: the routing keys of its consumers. */
export const typesOf = (contract: EventVersion): string[] => versionsOf(contract).map(({ type }) => type);

/** The type of an event without its version: `tracking.parcel.scanned`. */
export function majorless(type: string): string {
  return type.replace(/\.v\d+$/, '');
}

/**
 * Checks data against the version it was published in, and raises it to the newest.
 *
 * @returns the data as it was published, and as the newest version has it
 * @throws {z.ZodError} when it does not meet its version, or an upcast does not meet the next one
 * @throws {RangeError} when the event has no such version
 */
export function upcast(contract: EventVersion, type: string, data: unknown): { published: unknown; newest: unknown } {
  if (contract.type === type) {
    const checked = contract.data.parse(data);
    return { published: checked, newest: checked };
  }
  if (!contract.earlier) throw new RangeError(`There is no version ${type}`);
  const { published, newest } = upcast(contract.earlier, type, data);
  return { published, newest: contract.data.parse(contract.earlier.upcast(newest)) };
}
