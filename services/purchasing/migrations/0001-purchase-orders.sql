create table vendors (
  vendor_id text primary key,
  name text not null,
  email text,
  updated_at timestamptz not null default now()
);

create table budgets (
  budget_id text primary key,
  name text not null,
  currency text not null,
  amount bigint not null check (amount >= 0),
  -- What orders have reserved or spent. The row is locked by who changes it, so that no two take the same money.
  used bigint not null default 0,
  updated_at timestamptz not null default now(),
  constraint used_within_amount check (used between 0 and amount)
);

-- The last number of each series. Its row is locked in the transaction that uses the next ones, so a number that is not
-- used is not taken either: there are no gaps.
create table number_series (
  series text primary key,
  last_number bigint not null default 0 check (last_number >= 0)
);

create table orders (
  po_id text primary key,
  number bigint not null unique check (number > 0),
  content_hash text not null,
  vendor_id text not null references vendors,
  requester_id text not null,
  requester_name text not null,
  requester_email text not null,
  currency text not null,
  budget_id text references budgets,
  -- What it takes of its budget; null until that is reserved, and when it is given back.
  reserved bigint check (reserved >= 0),
  reservation_refused boolean not null default false,
  -- The current version; each has a row of its own.
  version integer not null default 1 check (version > 0),
  -- Who has written any of its versions: they approve nothing of it.
  authors text[] not null check (cardinality(authors) > 0),
  state text not null default 'awaiting-approval' check (state in (
    'awaiting-approval', 'approved', 'closed', 'rejected', 'withdrawn', 'expired', 'refused', 'failed'
  )),
  approvals jsonb not null default '[]',
  -- What of the total of an approved order is not reserved any more.
  released bigint not null default 0 check (released >= 0),
  reason text,
  -- How many events it has published: the place of the next one.
  events integer not null default 0,
  submitted_at timestamptz not null default now(),
  approved_at timestamptz,
  ended_at timestamptz,
  constraint reserved_of_a_budget check (reserved is null or budget_id is not null),
  constraint approved_with_approvals check ((state in ('approved', 'closed')) = (approved_at is not null)),
  constraint approved_takes_approvals check (approved_at is null or approvals <> '[]'),
  constraint approved_takes_budget check (state not in ('approved', 'closed') or budget_id is null or reserved is not null),
  constraint ended_with_reason check ((state not in ('awaiting-approval', 'approved')) = (ended_at is not null)),
  constraint ended_gives_budget_back check (ended_at is null or state = 'closed' or reserved is null)
);

create index orders_by_number on orders (number desc);
create index orders_by_state on orders (state, number desc);

-- What an order was, version after version.
create table order_versions (
  po_id text not null references orders,
  version integer not null check (version > 0),
  author text not null,
  content_hash text not null,
  total bigint not null check (total > 0),
  required text[] not null check (cardinality(required) > 0),
  written_at timestamptz not null default now(),
  primary key (po_id, version)
);

create table order_lines (
  po_id text not null,
  version integer not null,
  line integer not null check (line > 0),
  description text not null,
  quantity bigint not null check (quantity > 0),
  unit_price bigint not null check (unit_price >= 0),
  received bigint not null default 0,
  billed bigint not null default 0,
  primary key (po_id, version, line),
  foreign key (po_id, version) references order_versions,
  constraint received_within_ordered check (received between 0 and quantity),
  constraint billed_within_received check (billed between 0 and received)
);

-- Orders that were ended before they were submitted: a submission that comes late is refused.
create table orders_ended_early (
  po_id text primary key,
  ended_at timestamptz not null default now()
);

-- Who was told of a version that waits for their approval, each once for each kind and day.
create table askings (
  po_id text not null,
  version integer not null,
  kind text not null,
  day integer not null,
  approvers jsonb not null,
  asked_at timestamptz not null default clock_timestamp(),
  primary key (po_id, version, kind, day),
  foreign key (po_id, version) references order_versions
);

create table receipts (
  receipt_id text primary key,
  po_id text not null references orders,
  content_hash text not null,
  lines jsonb not null,
  received_by text not null,
  received_at timestamptz not null default now()
);

create index receipts_by_order on receipts (po_id);

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
