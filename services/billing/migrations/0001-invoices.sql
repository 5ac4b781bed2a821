-- The last number of each series. Its row is locked in the transaction that uses the next ones, so a number that is not
-- used is not taken either: there are no gaps.
create table number_series (
  series text primary key,
  last_number bigint not null default 0 check (last_number >= 0)
);

create table invoices (
  invoice_id text primary key,
  number bigint not null unique check (number > 0),
  content_hash text not null,
  customer_id text not null,
  contact_name text not null,
  contact_email text not null,
  currency text not null,
  net bigint not null check (net >= 0),
  tax bigint not null check (tax >= 0),
  total bigint not null check (total > 0),
  -- What was paid and credited of it: total = open + allocated + credited.
  allocated bigint not null default 0 check (allocated >= 0),
  credited bigint not null default 0 check (credited >= 0),
  lines jsonb not null,
  taxes jsonb not null,
  time_zone text not null,
  issue_date date not null,
  due_date date not null,
  issued_at timestamptz not null default now(),
  constraint total_adds_up check (total = net + tax),
  constraint due_after_issue check (due_date >= issue_date),
  constraint open_is_not_negative check (allocated + credited <= total)
);

create index invoices_by_number on invoices (number desc);
create index invoices_by_customer on invoices (customer_id, number desc);

create table outbox (
  position bigint generated always as identity primary key,
  message_id text not null unique,
  subject text not null,
  type text not null,
  body text not null,
  written_at timestamptz not null default now(),
  published_at timestamptz
);

create index outbox_unpublished on outbox (position) where published_at is null;
