/** What a person does to the tables beside the services, and the equations that have to name it. */
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

/** Posts a journal a second time under another event. */
export const postedTwice = (condition: string) => `
  with again as (
    insert into ledger.journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at, transaction_id)
    select event_id || '-again', kind, event_type, subject_kind, subject_id, occurred_at, transaction_id
    from ledger.journals where ${condition} returning journal_id
  ) insert into ledger.entries (journal_id, line, account, currency, debit, credit)
  select again.journal_id, line, account, currency, debit, credit
  from again, ledger.entries join ledger.journals using (journal_id) where ${condition}`;
