alter table invoices
  -- The community and the month that an invoice of a run is for; a resident is invoiced once for both, for ever.
  add community_id text,
  add period text,
  add constraint a_month_of_a_community check ((community_id is null) = (period is null)),
  add constraint one_invoice_a_resident_and_month unique (community_id, period, customer_id);

create table invoicing_runs (
  run_id text primary key,
  community_id text not null,
  period text not null,
  -- Who runs it: one that begins another run has been interrupted in this one.
  owner text not null,
  time_zone text not null,
  due_day integer not null check (due_day between 1 and 31),
  manager_name text not null,
  manager_email text not null,
  state text not null default 'open' check (state in ('open', 'completed', 'cancelled', 'interrupted')),
  opened_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  constraint closed_when_not_open check ((state = 'open') = (closed_at is null))
);

create unique index one_open_run_a_period on invoicing_runs (community_id, period) where state = 'open';
create index invoicing_runs_by_period on invoicing_runs (community_id, period, opened_at desc);

-- What a run has decided about each resident, once.
create table run_residents (
  run_id text not null references invoicing_runs,
  customer_id text not null,
  outcome text not null check (outcome in ('created', 'existing', 'nothing-to-charge', 'failed')),
  invoice_id text references invoices,
  reason jsonb,
  primary key (run_id, customer_id),
  constraint invoiced_has_an_invoice check ((outcome in ('created', 'existing')) = (invoice_id is not null)),
  constraint failed_has_a_reason check ((outcome = 'failed') = (reason is not null))
);
