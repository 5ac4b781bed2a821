create table employees (
  employee_id text primary key,
  group_id text not null,
  -- Whose token reads their payslips.
  subject text not null,
  name text not null,
  email text not null,
  currency text not null,
  earnings jsonb not null,
  deductions jsonb not null,
  employed_from date not null,
  employed_until date,
  updated_at timestamptz not null default now(),
  constraint employed_until_after_from check (employed_until >= employed_from)
);

create index employees_by_group on employees (group_id, employee_id);

create table runs (
  run_id text primary key,
  group_id text not null,
  period text not null,
  currency text not null,
  pay_day date not null,
  time_zone text not null,
  -- Who has prepared it, and all who have changed it since.
  authors text[] not null check (cardinality(authors) > 0),
  state text not null default 'open' check (state in ('open', 'frozen', 'posted', 'paid', 'cancelled')),
  -- How often it was calculated: rows of an earlier time do not count.
  calculation integer not null default 1 check (calculation > 0),
  -- Without it the hash of a small run could be guessed from the salaries that are likely.
  salt uuid not null default gen_random_uuid(),
  content_hash text,
  approvals jsonb,
  -- What the events say, as it was sealed: the same event is published with the same text.
  posted_sealed text,
  paid_sealed text,
  opened_at timestamptz not null default clock_timestamp(),
  posted_at timestamptz,
  ended_at timestamptz,
  constraint hash_since_frozen check ((state in ('frozen', 'posted', 'paid')) = (content_hash is not null)),
  constraint approved_when_posted check ((state in ('posted', 'paid')) = (approvals is not null)),
  constraint ended_when_paid_or_cancelled check ((state in ('paid', 'cancelled')) = (ended_at is not null))
);

-- A month of a group is paid by one run, for ever; only one that was cancelled makes room.
create unique index one_run_a_period on runs (group_id, period) where state <> 'cancelled';
create unique index one_unposted_run_a_group on runs (group_id) where state in ('open', 'frozen');

-- Runs that were cancelled before they were opened: an opening that comes late is refused.
create table cancelled_runs (
  run_id text primary key,
  cancelled_at timestamptz not null default now()
);

create table payslips (
  payslip_id text primary key,
  run_id text not null references runs,
  calculation integer not null,
  employee_id text not null references employees,
  employee_name text not null,
  period text not null,
  state text not null default 'draft' check (state in ('draft', 'posted', 'paid', 'reversed')),
  earnings jsonb not null,
  -- The rules, and what each came to.
  rules jsonb not null,
  deductions jsonb not null,
  gross bigint not null check (gross >= 0),
  withheld bigint not null check (withheld >= 0),
  net bigint not null check (net >= 0),
  -- What earlier months have left to pay; below zero: to recover.
  carried bigint not null,
  payable bigint not null check (payable >= 0),
  corrects text unique references payslips,
  mail_commanded_at timestamptz,
  constraint net_is_what_is_left check (net = gross - withheld),
  constraint payable_is_net_and_carried check (payable in (0, greatest(net + carried, 0)))
);

-- One payslip an employee and month; one that was corrected makes room for the next.
create unique index one_payslip_a_month on payslips (employee_id, period) where state <> 'reversed';
create index payslips_by_run on payslips (run_id, employee_id);

create table failures (
  run_id text not null references runs,
  employee_id text not null,
  calculation integer not null,
  type text not null,
  message text not null,
  primary key (run_id, employee_id)
);

create table exclusions (
  run_id text not null references runs,
  employee_id text not null,
  excluded_by text not null,
  note text not null,
  excluded_at timestamptz not null default now(),
  primary key (run_id, employee_id)
);

-- What was paid, once for each payslip.
create table payments (
  payslip_id text primary key references payslips,
  amount bigint not null check (amount >= 0),
  paid_at timestamptz not null default now()
);

-- What the bank has sent back, once for each payment.
create table returns (
  payslip_id text primary key references payments,
  bank_reference text not null,
  amount bigint not null check (amount > 0),
  reason text not null,
  returned_at timestamptz not null default now()
);

create table corrections (
  correction_id text primary key,
  payslip_id text not null references payslips,
  earnings jsonb not null,
  rules jsonb not null,
  reason text not null,
  authors text[] not null check (cardinality(authors) > 0),
  salt uuid not null default gen_random_uuid(),
  content_hash text not null,
  state text not null default 'prepared' check (state in ('prepared', 'posted', 'cancelled')),
  approvals jsonb,
  replaced_by text references payslips,
  prepared_at timestamptz not null default now(),
  constraint replaced_when_posted check ((state = 'posted') = (replaced_by is not null))
);

create unique index one_correction_at_a_time on corrections (payslip_id) where state = 'prepared';

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
