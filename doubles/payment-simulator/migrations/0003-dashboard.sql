-- Since the dashboard can capture a part of what was authorized.
alter table payment_intents drop constraint payment_intents_check;
alter table payment_intents add constraint captured_at_most_authorized check (amount_received between 0 and amount);

create table disputes (
  id text primary key,
  sequence bigint generated always as identity unique,
  intent_id text not null references payment_intents,
  amount bigint not null check (amount > 0),
  currency text not null,
  -- What the provider charges for the dispute itself.
  fee bigint not null check (fee >= 0),
  reason text not null,
  status text not null check (status in ('needs_response', 'won', 'lost')),
  -- Whether the fee came back with the dispute that was won.
  fee_returned boolean not null default false,
  created_at timestamptz not null default now(),
  closed_at timestamptz
);

-- The bank takes the money of one payment back once.
create unique index one_dispute_of_an_intent on disputes (intent_id);

alter table movements add column dispute_id text references disputes;
alter table movements drop constraint movements_kind_check;
alter table movements add constraint movements_kind_check check (
  kind in (
    'authorized', 'captured', 'voided', 'refunded', 'disputed', 'dispute_fee', 'reinstated', 'dispute_fee_returned'
  )
);
