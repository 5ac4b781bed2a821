create table accounts (
  account text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  name text not null,
  type text not null check (type in ('asset', 'liability', 'equity', 'income', 'expense', 'budget')),
  primary key (account, currency)
);

insert into accounts (account, currency, name, type)
select account, currency, name, type
from (values
  ('1000', 'Cash', 'asset'),
  ('1050', 'Provider clearing', 'asset'),
  ('1200', 'Receivable', 'asset'),
  ('2100', 'Payable', 'liability'),
  ('2200', 'Tax payable', 'liability'),
  ('2300', 'Customer credit', 'liability'),
  ('2400', 'Net pay', 'liability'),
  ('2410', 'Withholding', 'liability'),
  ('4000', 'Revenue', 'income'),
  ('4100', 'Shipping revenue', 'income'),
  ('4900', 'Returns', 'income'),
  ('5100', 'Expense', 'expense'),
  ('5200', 'Gross salaries', 'expense'),
  ('9100', 'Encumbrance', 'budget'),
  ('9200', 'Reserve for encumbrance', 'budget')
) as account (account, name, type)
cross join (values ('USD'), ('EUR'), ('GBP'), ('JPY')) as currency (currency);

create table journals (
  journal_id bigint generated always as identity primary key,
  event_id text not null,
  kind text not null,
  content_hash text not null,
  event_type text not null,
  checkout_id text,
  order_id text,
  occurred_at timestamptz not null,
  posted_at timestamptz not null default now(),
  reverses bigint references journals,
  transaction_id xid8 not null,
  constraint one_journal_for_an_event_and_kind unique (event_id, kind),
  constraint at_most_one_reversal unique (reverses),
  constraint no_reversal_of_itself check (reverses <> journal_id)
);

create index journals_by_checkout on journals (checkout_id);
create index journals_by_order on journals (order_id);

create table entries (
  journal_id bigint not null references journals,
  line smallint not null,
  account text not null,
  currency text not null,
  debit bigint,
  credit bigint,
  primary key (journal_id, line),
  foreign key (account, currency) references accounts,
  constraint exactly_one_side check ((debit is null) <> (credit is null)),
  constraint amounts_above_zero check (coalesce(debit, credit) > 0)
);

create index entries_by_account on entries (account, currency, journal_id, line);

-- The transaction that made a journal is the only one that may add entries to it; nobody chooses it by hand.
create function stamp_journal() returns trigger language plpgsql as $$
begin
  new.transaction_id := pg_current_xact_id();
  new.posted_at := now();
  return new;
end $$;

create trigger stamp_journal before insert on journals for each row execute function stamp_journal();

-- A check on the journal alone would be a hole: a later insert could unbalance it. So each statement that adds entries
-- has to balance by itself, journal by journal and currency by currency: then their sum does too, and no statement has to
-- read what is in the book already.
create function check_entries() returns trigger language plpgsql set search_path from current as $$
declare
  journal bigint;
begin
  select journal_id into journal from (select distinct journal_id from added) as touched
  where (select transaction_id from journals where journals.journal_id = touched.journal_id) <> pg_current_xact_id()
  limit 1;
  if found then
    raise exception 'journal % was posted before; correct it by a reversal', journal
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

create trigger check_entries after insert on entries referencing new table as added
  for each statement execute function check_entries();

create function check_journal_has_entries() returns trigger language plpgsql set search_path from current as $$
begin
  if not exists (select from entries where entries.journal_id = new.journal_id) then
    raise exception 'journal % has no entries', new.journal_id
      using errcode = 'check_violation', constraint = 'no_empty_journal';
  end if;
  return null;
end $$;

create constraint trigger check_journal_has_entries after insert on journals
  deferrable initially deferred for each row execute function check_journal_has_entries();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused; correct by a reversal', tg_table_name, tg_op
    using errcode = 'check_violation', constraint = 'append_only';
end $$;

create trigger refuse_change before update or delete or truncate on journals
  for each statement execute function refuse_change();
create trigger refuse_change before update or delete or truncate on entries
  for each statement execute function refuse_change();

-- Also for a session that plays the part of a replica.
alter table journals enable always trigger stamp_journal;
alter table journals enable always trigger check_journal_has_entries;
alter table journals enable always trigger refuse_change;
alter table entries enable always trigger check_entries;
alter table entries enable always trigger refuse_change;

-- The owner keeps UPDATE on journals, because PostgreSQL checks foreign keys to a table with it.
revoke update, delete, truncate on entries from current_user;
revoke delete, truncate on journals from current_user;
