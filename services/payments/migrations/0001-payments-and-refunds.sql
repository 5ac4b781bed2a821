-- A row without a content hash is a tombstone: the void came before the payment, which is refused from then on.
create table payments (
  payment_id text primary key,
  content_hash text,
  checkout_id text,
  customer_id text,
  amount bigint,
  currency text,
  -- The provider's token for a card, never a card number. Kept so that a lost answer can be asked for again.
  payment_method text,
  intent_id text unique,
  void_started_at timestamptz,
  -- Written before the provider is asked to act, so that a repeated void tells what the first one did.
  void_outcome text check (void_outcome in ('nothing', 'voided', 'refunded')),
  void_completed_at timestamptz,
  created_at timestamptz not null default now(),
  check (content_hash is null or num_nulls(checkout_id, customer_id, amount, currency, payment_method) = 0),
  check (content_hash is not null or void_completed_at is not null),
  check (void_completed_at is null or num_nulls(void_started_at, void_outcome) = 0)
);

create table refunds (
  payment_id text not null references payments,
  refund_id text not null,
  amount bigint not null check (amount > 0),
  -- A pending refund counts as given back: its outcome may not be known yet.
  state text not null check (state in ('pending', 'succeeded', 'failed')),
  created_at timestamptz not null default now(),
  primary key (payment_id, refund_id)
);
