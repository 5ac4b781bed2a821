-- An order is the memory of its checkout, for longer than Temporal keeps the workflow.
alter table orders
  add column request_hash text,
  add column contact_name text,
  add column contact_email text,
  -- { type, message, field, facts }: the reason as the checkout gave it.
  add column cancellation jsonb,
  drop constraint completed_has_payment,
  -- An order of nothing is completed without a payment.
  add constraint completed_has_payment check (state <> 'completed' or payment_id is not null or total = 0);

create index orders_pending on orders (order_id) where state = 'pending';

alter table refunds
  add column request_hash text,
  -- What the process was asked for, so that another run can finish it.
  add column request jsonb,
  add column cancellation jsonb;

create index refunds_requested on refunds (refund_id) where state = 'requested';
