import { type IntegrationEvent, typeOf } from '../../events/integration-event.ts';
import { type FinancialEvent, postings } from './postings/index.ts';
import type { JournalDraft, Posting } from './postings/posting.ts';

/** A journal of an event, as a row with its lines. */
export interface NewJournal extends JournalDraft {
  readonly eventId: string;
  readonly eventType: string;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
}

type JournalsOf = {
  readonly [Name in FinancialEvent]: (event: IntegrationEvent<Name>, opened?: unknown) => readonly NewJournal[];
};

const rules: { readonly [Name in FinancialEvent]: Posting<Name> } = postings;

const journalsBy =
  <Name extends FinancialEvent>(name: Name) =>
  (event: IntegrationEvent<Name>, opened?: unknown): readonly NewJournal[] => {
    const { id: eventId, time: occurredAt } = event;
    return rules[name](event, opened).map((draft) => ({ ...draft, eventId, eventType: typeOf(name), occurredAt }));
  };

/** The journals of each financial event, by the rules of its context; what of it is sealed is given to them opened. */
export const journalsOf = Object.fromEntries(
  Object.keys(rules).map((name) => [name, journalsBy(name as FinancialEvent)]),
) as JournalsOf;
