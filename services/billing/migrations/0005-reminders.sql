-- An invoice is reminded of once for each kind of reminder.
create table reminders (
  invoice_id text not null references invoices,
  kind text not null,
  reminded_at timestamptz not null,
  primary key (invoice_id, kind)
);

create index invoices_that_are_due on invoices (due_date, invoice_id)
  where allocated + credit_applied + credited < total;
