create index claimed_payments on payments (payment_id) where state = 'claimed';

-- Runs that were cancelled before they were opened: an opening that comes late is refused.
create table cancelled_runs (
  run_id text primary key,
  cancelled_at timestamptz not null default now()
);
