alter table payment_intents drop constraint payment_intents_status_check;
alter table payment_intents add constraint payment_intents_status_check check (
  status in (
    'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture',
    'succeeded', 'canceled'
  )
);

alter table payment_intents
  -- Where the customer goes after the challenge.
  add column return_url text,
  -- While it is processing: how often it is still read before the bank's late answer.
  add column reads_until_settled integer,
  -- The review that was opened when the amount was held; it stays when the review is closed.
  add column review_id text;

create table reviews (
  id text primary key,
  sequence bigint generated always as identity unique,
  intent_id text not null references payment_intents,
  -- Absent while it is open.
  closed_reason text check (closed_reason in ('approved', 'canceled', 'refunded')),
  created_at timestamptz not null default now()
);

create index open_reviews on reviews (sequence) where closed_reason is null;

alter table faulty_tries add column tries integer not null default 1;

-- What an administrator has set: the faults of calls and of webhooks.
create table settings (
  name text primary key,
  value jsonb not null
);

create table events (
  id text primary key,
  sequence bigint generated always as identity unique,
  type text not null,
  intent_id text not null references payment_intents,
  -- The object as it was right after the change.
  object jsonb not null,
  request_id text,
  idempotency_key text,
  created_at timestamptz not null default now()
);

create index events_by_intent on events (intent_id);

-- What is sent, was sent or got lost; an event has two when it is sent twice.
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  event_id text not null references events,
  state text not null check (state in ('pending', 'delivered', 'dropped', 'given_up')),
  -- Whether it lets a later event of the same intent go first.
  held boolean not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_answer text,
  delivered_at timestamptz
);

create index pending_webhook_deliveries on webhook_deliveries (next_attempt_at) where state = 'pending';
