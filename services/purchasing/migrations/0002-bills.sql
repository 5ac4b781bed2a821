create table bills (
  bill_id text primary key,
  content_hash text not null,
  vendor_id text not null references vendors,
  -- As the vendor has written it, and without what two writings of one number differ in.
  number text not null,
  normalised_number text not null,
  po_id text references orders,
  currency text not null,
  net bigint not null check (net >= 0),
  tax bigint not null check (tax >= 0),
  paid bigint not null default 0,
  due_date date not null,
  lines jsonb not null,
  entered_by text not null,
  state text not null default 'entered' check (state in ('entered', 'matched', 'mismatched', 'accepted', 'paid', 'rejected')),
  -- What it differed in from its order when it was matched last.
  mismatches jsonb not null default '[]',
  approvals jsonb not null default '[]',
  -- What it has taken from the reservation of its order.
  release bigint not null default 0 check (release >= 0),
  reason text,
  -- How many events it has published: the place of the next one.
  events integer not null default 0,
  entered_at timestamptz not null default now(),
  accepted_at timestamptz,
  ended_at timestamptz,
  constraint bill_of_something check (net + tax > 0),
  constraint paid_within_total check (paid between 0 and net + tax),
  constraint accepted_with_time check ((state in ('accepted', 'paid')) = (accepted_at is not null)),
  constraint paid_when_accepted check (paid = 0 or accepted_at is not null),
  constraint paid_when_all_is check ((state = 'paid') = (paid = net + tax)),
  constraint ended_when_paid_or_rejected check ((state in ('paid', 'rejected')) = (ended_at is not null)),
  constraint release_of_an_order check (release = 0 or po_id is not null)
);

-- A number of a vendor is entered once; one that was rejected makes room for the bill that takes its place.
create unique index one_bill_a_number on bills (vendor_id, normalised_number) where state <> 'rejected';
create index bills_by_time on bills (entered_at desc, bill_id);
create index bills_by_order on bills (po_id);

create table bill_payments (
  bill_id text not null references bills,
  bank_reference text not null,
  amount bigint not null check (amount > 0),
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  primary key (bill_id, bank_reference)
);

-- Bills that were rejected before they were entered: an entry that comes late is refused.
create table bills_rejected_early (
  bill_id text primary key,
  rejected_at timestamptz not null default now()
);

-- What bills have asked for above the prices of the order, as far as no person had to approve it.
alter table orders add column excess bigint not null default 0 check (excess >= 0);
