alter table payments
  -- Kept, so that a repeated confirmation is the same call to the provider whatever is set by then.
  add column return_url text,
  -- The last look left something open (the customer, a review, the bank), or an outcome is unknown: webhooks of the
  -- payment are passed on to its checkout, and a capture looks first.
  add column is_awaited boolean not null default false;

-- The webhooks that were passed on. A provider sends one again for some days at most; older rows may be deleted.
create table webhook_events (
  event_id text primary key,
  received_at timestamptz not null default now()
);
