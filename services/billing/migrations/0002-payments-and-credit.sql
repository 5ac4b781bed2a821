alter table invoices
  -- What payments that are under way have set aside of it.
  add claimed bigint not null default 0 check (claimed >= 0),
  -- What the customer's credit has paid of it.
  add credit_applied bigint not null default 0 check (credit_applied >= 0),
  drop constraint open_is_not_negative,
  add constraint claims_are_at_most_what_is_open check (claimed + allocated + credit_applied + credited <= total);

-- A failed row that was never received is a tombstone: the claim was given up before it came, and is refused from then on.
create table payments (
  payment_id text primary key,
  method text not null check (method in ('card', 'transfer')),
  state text not null check (state in ('claimed', 'applied', 'failed', 'unmatched')),
  content_hash text,
  customer_id text,
  contact_name text,
  contact_email text,
  currency text,
  amount bigint check (amount > 0),
  -- What is left over goes to the customer's credit.
  credit bigint not null default 0 check (credit >= 0),
  reason jsonb,
  -- Where a transfer came in, and what the bank says of it.
  account text,
  bank_reference text,
  received_on date,
  payer text,
  remittance text,
  -- Who has said whose an unmatched transfer is, and why.
  assigned_by text,
  assigned_note text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint one_payment_a_bank_reference unique (account, bank_reference),
  constraint failed_has_a_reason check ((state = 'failed') = (reason is not null)),
  constraint ended_when_applied_or_failed check ((state in ('applied', 'failed')) = (ended_at is not null)),
  constraint transfers_say_where_they_came_in check (
    (method = 'transfer') = (num_nulls(account, bank_reference, received_on) = 0)
  )
);

create index payments_by_customer on payments (customer_id, created_at desc);
create index unmatched_payments on payments (created_at) where state = 'unmatched';

-- A claim becomes an allocation when its payment is applied.
create table allocations (
  payment_id text not null references payments,
  invoice_id text not null references invoices,
  amount bigint not null check (amount > 0),
  primary key (payment_id, invoice_id)
);

create index allocations_by_invoice on allocations (invoice_id);

create table credit_notes (
  credit_note_id text primary key,
  number bigint not null unique check (number > 0),
  content_hash text not null,
  invoice_id text not null references invoices,
  net bigint not null check (net >= 0),
  tax bigint not null check (tax >= 0),
  total bigint not null check (total > 0),
  -- What it takes off the invoice, and what of it was paid already and goes to the customer's credit.
  to_invoice bigint not null check (to_invoice >= 0),
  to_credit bigint not null check (to_credit >= 0),
  reason text not null,
  issued_at timestamptz not null default now(),
  constraint note_adds_up check (total = net + tax and total = to_invoice + to_credit)
);

create index credit_notes_by_invoice on credit_notes (invoice_id);

-- The customer's credit is the sum of the entries; each is there once, by what it came from.
create table credit_entries (
  entry_id text primary key,
  customer_id text not null,
  currency text not null,
  amount bigint not null check (amount <> 0),
  invoice_id text references invoices,
  entered_at timestamptz not null default now()
);

create index credit_entries_by_customer on credit_entries (customer_id, currency, entered_at);
