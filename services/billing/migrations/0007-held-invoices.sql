-- The mail of an invoice is commanded once for ever. While its customer is banned it is not, and this is null; what was issued
-- before, or is by a process of the earlier release, was mailed at issue.
alter table invoices add mail_commanded_at timestamptz default now();

create index invoices_without_mail on invoices (customer_id) where mail_commanded_at is null;

-- Whether what a run has issued was on hold then.
alter table run_residents add held boolean not null default false;
