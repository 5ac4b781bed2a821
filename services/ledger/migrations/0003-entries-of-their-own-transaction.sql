-- Entries may be added to a journal of the same transaction only. That says more than a foreign key to the journals, and is
-- looked at once for a statement; the foreign key was looked at once for each entry, and locked its journal each time.
create or replace function check_entries() returns trigger language plpgsql set search_path from current as $$
declare
  journal bigint;
begin
  select journal_id into journal from (select distinct journal_id from added) as touched
  where (select transaction_id from journals where journals.journal_id = touched.journal_id)
    is distinct from pg_current_xact_id()
  limit 1;
  if found then
    raise exception 'journal % is none of this transaction; correct one that was posted before by a reversal', journal
      using errcode = 'check_violation', constraint = 'no_late_entries';
  end if;
  select journal_id into journal from added
  group by journal_id, currency having sum(coalesce(debit, 0)) <> sum(coalesce(credit, 0))
  limit 1;
  if found then
    raise exception 'journal % does not balance', journal
      using errcode = 'check_violation', constraint = 'debits_equal_credits';
  end if;
  return null;
end $$;

alter table entries drop constraint entries_journal_id_fkey;
