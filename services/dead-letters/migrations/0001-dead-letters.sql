create table dead_letters (
  dead_letter_id bigint generated always as identity primary key,
  -- The hash of the message as it lay in its dead-letter queue: the same delivery again adds nothing.
  occurrence text not null unique,
  queue text not null,
  exchange text,
  routing_key text,
  message_id text,
  event_type text,
  subject text,
  correlation_id text,
  dead_reason text not null,
  error_type text,
  error_message text,
  error_stack text,
  attempts integer not null,
  first_failed_at timestamptz,
  archived_at timestamptz not null default now(),
  traceparent text,
  -- The dead letter whose replay has failed again; told by a header, so it refers to nothing.
  replay_of bigint,
  -- Text, and not jsonb, which refuses the character U+0000.
  properties json not null,
  body bytea not null,
  state text not null default 'parked' check (state in ('parked', 'replayed', 'discarded'))
);

create index parked_dead_letters on dead_letters (queue, dead_letter_id) where state = 'parked';
create index dead_letters_by_subject on dead_letters (subject);
create index dead_letters_by_replay on dead_letters (replay_of) where replay_of is not null;

create table actions (
  action_id bigint generated always as identity primary key,
  dead_letter_id bigint not null references dead_letters,
  action text not null check (action in ('replayed', 'discarded')),
  actor text not null,
  reason text,
  acted_at timestamptz not null default now(),
  constraint a_discard_has_a_reason check (action <> 'discarded' or reason is not null)
);

create index actions_by_dead_letter on actions (dead_letter_id, action_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, tg_op
    using errcode = 'check_violation', constraint = 'append_only';
end $$;

create trigger refuse_change before update or delete or truncate on actions
  for each statement execute function refuse_change();
