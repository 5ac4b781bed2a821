/** What somebody does to the tables beside the services, and the equations that have to name it. */
export interface PlantedFault {
  readonly fault: string;
  readonly sql: string;
  readonly named: readonly string[];
}

/** Takes a journal out of the books as if it had never been: its entries and its place, too. */
export const withoutJournal = (condition: string) => `
  delete from ledger.journal_links where journal_id in (select journal_id from ledger.journals where ${condition});
  delete from ledger.entries where journal_id in (select journal_id from ledger.journals where ${condition});
  delete from ledger.journals where ${condition}`;
