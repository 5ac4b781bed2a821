import { defineBatchConsumer } from '../../events/consumers.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { sealedPartOf } from '../../events/sealed-part.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import type { ConsumerDefinition } from '../../messaging/consuming/definition.ts';
import { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { journalsOf, type NewJournal } from './journal.ts';
import type { FinancialEvent } from './postings/index.ts';
import { type LedgerTables, postJournals } from './store.ts';

/** Events in one transaction at most. All of them are two statements, so many cost little more than a few. */
export const ledgerBatchSize = 200;

type Effects = {
  readonly [Name in FinancialEvent]: (event: IntegrationEvent<Name>) => Promise<readonly NewJournal[]>;
};

/**
 * Posts the journals of every financial event, once.
 *
 * @param sealedTexts opens what of the events is sealed
 */
export function createLedgerConsumer(sealedTexts: SealedTexts): ConsumerDefinition<LedgerTables> {
  const effects = Object.fromEntries(
    Object.entries(journalsOf).map(([name, journals]) => [
      name,
      async (event: IntegrationEvent) => journals(event as never, await sealedPartOf(sealedTexts, event)),
    ]),
  ) as unknown as Effects;
  return defineBatchConsumer<LedgerTables>()({
    ...subscriptions.ledger,
    effects,
    write: async (transaction, journals) => postJournals(transaction, (await Promise.all(journals)).flat()),
  });
}

/** The same without keys: what is sealed waits for a consumer that has them. */
export const ledgerConsumer = createLedgerConsumer(new SealedTexts(undefined));
