import type { Transaction } from 'kysely';
import type { EventContracts, NameIn } from '../envelope/contracts.ts';
import { type EventDecoder, eventDecoder } from '../envelope/decoder.ts';
import type { Envelope, EventIn } from '../envelope/envelope.ts';
import type { Subscription } from '../topology/topology.ts';

/**
 * The effect of an event, in the transaction that also enters it into the inbox. What it throws is taken to pass: the
 * event is tried again later, and parked when it fails every time.
 */
export type EventHandler<Event extends Envelope, Tables> = (
  event: Event,
  transaction: Transaction<Tables>,
) => Promise<void>;

/** Events in one transaction at most, by default. */
export const standardBatchSize = 50;

/** A consumer: what it listens to, how it reads that, and what it does then. */
export interface ConsumerDefinition<Tables> extends Subscription<string> {
  readonly decode: EventDecoder;
  handle(event: Envelope, transaction: Transaction<Tables>): Promise<void>;
  /** The effects of several events, where they can be written together. */
  handleTogether?(events: readonly Envelope[], transaction: Transaction<Tables>): Promise<void>;
}

/**
 * Defines the consumers of the events of some contracts.
 *
 * @param system whose events they are: one from another source is parked as `forged`. @default any source will do
 */
export function consumersOf<Contracts extends EventContracts>(contracts: Contracts, system?: string) {
  type Event<Name extends NameIn<Contracts>> = EventIn<Contracts, Name>;
  const decode = eventDecoder(contracts, system);
  return {
    /**
     * Defines a consumer from its subscription, with one handler for each of its events: a missing one, or one for an event
     * that does not exist, does not compile.
     *
     * ```ts
     * defineConsumer<Tables>()({ ...trackingPage, handlers: { ParcelScanned: async (event, transaction) => … } });
     * ```
     */
    defineConsumer<Tables>() {
      return <const Name extends NameIn<Contracts>>({
        handlers,
        ...subscription
      }: Subscription<Name> & {
        readonly handlers: { readonly [Each in Name]: EventHandler<Event<Each>, Tables> };
      }): ConsumerDefinition<Tables> => {
        const handlerOf = byEventName<EventHandler<Envelope, Tables>>(subscription, handlers);
        return { ...subscription, decode, handle: async (event, transaction) => handlerOf(event)(event, transaction) };
      };
    },

    /**
     * Defines a consumer that writes the effects of all events of a transaction together: a plain function for each of its
     * events says what there is to write.
     *
     * ```ts
     * defineBatchConsumer<Tables>()({
     *   ...trackingPage,
     *   effects: { ParcelScanned: ({ data }) => ({ parcelId: data.parcelId, place: data.place }) },
     *   write: insertStops,
     * });
     * ```
     */
    defineBatchConsumer<Tables>() {
      return <const Name extends NameIn<Contracts>, Effect>({
        effects,
        write,
        ...subscription
      }: Subscription<Name> & {
        readonly effects: { readonly [Each in Name]: (event: Event<Each>) => Effect };
        /** Is given the effects of different events, in their order. */
        readonly write: (transaction: Transaction<Tables>, effects: readonly Effect[]) => Promise<void>;
      }): ConsumerDefinition<Tables> => {
        const effectOf = byEventName<(event: Envelope) => Effect>(subscription, effects);
        const handleTogether = async (events: readonly Envelope[], transaction: Transaction<Tables>) =>
          write(
            transaction,
            events.map((event) => effectOf(event)(event)),
          );
        return {
          ...subscription,
          decode,
          handle: (event, transaction) => handleTogether([event], transaction),
          handleTogether,
        };
      };
    },
  };
}

/**
 * The effects of different events in one transaction: together where the consumer can do that, else one after the other.
 *
 * @param within does the work for a single event
 */
export async function handleAll<Tables>(
  definition: ConsumerDefinition<Tables>,
  events: readonly Envelope[],
  transaction: Transaction<Tables>,
  within: (event: Envelope, effect: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (definition.handleTogether && events.length > 1) return definition.handleTogether(events, transaction);
  for (const event of events) await within(event, () => definition.handle(event, transaction));
}

/** Finds what a consumer has for an event. The types of the parts agree, by what the callers demand of them. */
function byEventName<Each>({ name: consumer }: Subscription<string>, parts: object): (event: Envelope) => Each {
  const byName = new Map<string, Each>(Object.entries(parts));
  return ({ name }) => {
    const found = byName.get(name);
    if (!found) throw new UnsubscribedEventError(`${consumer} has no handler for ${name}`);
    return found;
  };
}

/** A binding of an earlier version still brings events that no handler takes any more. */
export class UnsubscribedEventError extends Error {
  override readonly name = 'UnsubscribedEventError';
}
