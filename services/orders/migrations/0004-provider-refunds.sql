-- A refund of the kind `provider` was made at the payment provider: it gives money back and takes no pieces.
alter table refunds
  add column kind text not null default 'order' check (kind in ('order', 'provider')),
  add constraint provider_refunds_are_facts check (kind = 'order' or (state = 'completed' and was_requested));
