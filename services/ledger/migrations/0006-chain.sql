-- Each journal has a place in a chain, whose hash is one of what it says and of the hash before: whoever changes, removes or
-- slips in a journal breaks it. It is written by what posts; the tables have no say in it, so a journal that came in by
-- another way has no place.
create table journal_links (
  position bigint primary key check (position > 0),
  journal_id bigint not null unique,
  hash text not null check (hash ~ '^[0-9a-f]{64}$')
);

create trigger refuse_change before update or delete or truncate on journal_links
  for each statement execute function refuse_change();
alter table journal_links enable always trigger refuse_change;
revoke update, delete, truncate on journal_links from current_user;

-- A large ledger takes longer than a call may.
set local statement_timeout = 0;

-- The journals that there are, in the order of their ids; the texts are those of services/ledger/chain.ts.
do $$
declare
  journal record;
  previous text := '';
  place bigint := 0;
begin
  for journal in
    select journal_id, '[' || concat_ws(',',
        journal_id, to_json(event_id), to_json(event_type), to_json(kind), to_json(subject_kind), to_json(subject_id),
        to_json(to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        to_json(to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        coalesce(reverses::text, 'null'), (
          select '[' || string_agg('[' || concat_ws(',', line, to_json(account), to_json(currency),
            coalesce(debit::text, 'null'), coalesce(credit::text, 'null')) || ']', ',' order by line) || ']'
          from entries where entries.journal_id = journals.journal_id
        )
      ) || ']' as content
    from journals order by journal_id
  loop
    place := place + 1;
    previous := encode(sha256(convert_to('["' || previous || '",' || place || ',' || journal.content || ']', 'UTF8')), 'hex');
    insert into journal_links (position, journal_id, hash) values (place, journal.journal_id, previous);
  end loop;
end $$;
