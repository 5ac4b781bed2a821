alter table payments
  -- Why the bank or the provider refused the payment: told again to whoever asks after the payment was voided.
  add column refusal jsonb,
  -- When the reconciliation has last seen the payment's intent in the provider's list.
  add column seen_at timestamptz;

create index payments_by_time on payments (created_at) where intent_id is not null;

-- What the provider did without being asked and is in the order and the books by now: never told to them again.
create table recorded_facts (
  -- The provider's id of a refund, or of a dispute that is closed.
  fact_id text primary key,
  recorded_at timestamptz not null default now()
);
