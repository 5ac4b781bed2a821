import type { Currency } from '../../../contracts/currency.ts';
import type { Subject } from '../../../contracts/subject.ts';
import type { EventName } from '../../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import type { Account } from '../accounts.ts';

/** One line of a journal: an amount above zero, in minor units, on one side. */
export interface JournalLine {
  readonly account: Account;
  readonly currency: Currency;
  readonly side: 'debit' | 'credit';
  readonly amount: number;
}

/** A journal as a posting rule writes it. An event has at most one of a kind. */
export interface JournalDraft {
  /** What it posts, in small words: `payment`, `dispute-opened`. */
  readonly kind: string;
  /** What it is about. */
  readonly subject: Subject;
  readonly lines: readonly JournalLine[];
}

/**
 * What an event posts, at least one journal. Throws a `RangeError` for an event that moves nothing.
 *
 * @param opened what of the event is sealed, opened
 */
export type Posting<Name extends EventName> = (
  event: IntegrationEvent<Name>,
  opened?: unknown,
) => readonly [JournalDraft, ...JournalDraft[]];

/** The posting rules of one publishing context, by the event. */
export type Postings = { readonly [Name in EventName]?: Posting<Name> };

/** The lines of a journal; those of nothing are left out. */
export function linesOf(currency: Currency, lines: readonly [JournalLine['side'], Account, number][]): JournalLine[] {
  return lines
    .filter(([, , amount]) => amount > 0)
    .map(([side, account, amount]) => ({ account, currency, side, amount }));
}
