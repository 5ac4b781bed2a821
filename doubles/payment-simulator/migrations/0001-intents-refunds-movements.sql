create table payment_intents (
  id text primary key,
  sequence bigint generated always as identity unique,
  status text not null check (
    status in ('requires_payment_method', 'requires_confirmation', 'requires_capture', 'succeeded', 'canceled')
  ),
  amount bigint not null check (amount > 0),
  currency text not null,
  amount_received bigint not null default 0,
  amount_refunded bigint not null default 0,
  payment_method text,
  metadata jsonb not null,
  -- Present once the amount was held on the card.
  charge_id text,
  last_payment_error jsonb,
  cancellation_reason text,
  created_at timestamptz not null default now(),
  check (amount_received in (0, amount)),
  check (amount_refunded between 0 and amount_received)
);

create table refunds (
  id text primary key,
  sequence bigint generated always as identity unique,
  intent_id text not null references payment_intents,
  amount bigint not null check (amount > 0),
  currency text not null,
  metadata jsonb not null,
  created_at timestamptz not null default now()
);

create index refunds_by_intent on refunds (intent_id);

-- Every movement of money, in order: the truth that an auditor compares with.
create table movements (
  sequence bigint generated always as identity primary key,
  kind text not null check (kind in ('authorized', 'captured', 'voided', 'refunded')),
  intent_id text not null references payment_intents,
  amount bigint not null check (amount > 0),
  currency text not null,
  refund_id text references refunds,
  moved_at timestamptz not null default now()
);

create table idempotency_keys (
  idempotency_key text primary key,
  parameters_hash text not null,
  status integer not null,
  body jsonb not null,
  created_at timestamptz not null default now()
);

-- The keys whose first try met a fault that leaves no stored answer behind.
create table faulty_tries (
  idempotency_key text primary key,
  tried_at timestamptz not null default now()
);
