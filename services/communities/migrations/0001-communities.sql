create table communities (
  community_id text primary key,
  time_zone text not null,
  -- The day of the month on which it is invoiced: one that every month has.
  billing_day integer not null check (billing_day between 1 and 28),
  -- The day on which its invoices are due; the last one of a month that is shorter.
  due_day integer not null check (due_day between 1 and 31),
  manager_name text not null,
  manager_email text not null,
  updated_at timestamptz not null default now()
);

create table residents (
  community_id text not null references communities,
  customer_id text not null,
  moved_in date not null,
  -- The first day on which they do not live there any more.
  moved_out date,
  charges jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (community_id, customer_id),
  constraint moved_out_after_moved_in check (moved_out >= moved_in)
);
