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

/** The journals of each financial event, by the rules of its context. */
export const journalsOf = Object.fromEntries(
  Object.entries(postings).map(([name, post]) => [
    name,
    (event: IntegrationEvent<FinancialEvent>) => journalsBy(post as Posting<FinancialEvent>, event),
  ]),
) as unknown as { readonly [Name in FinancialEvent]: (event: IntegrationEvent<Name>) => readonly NewJournal[] };

function journalsBy(post: Posting<FinancialEvent>, event: IntegrationEvent<FinancialEvent>): NewJournal[] {
  const { id: eventId, name, time: occurredAt } = event;
  return post(event).map((draft) => ({ ...draft, eventId, eventType: typeOf(name), occurredAt }));
}
