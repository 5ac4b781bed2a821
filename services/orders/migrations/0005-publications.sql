-- When the facts of an order or a refund were published: what has ended without is published by the sweeper.
alter table orders add column published_at timestamptz;
-- What ended before was published by its workflow.
update orders set published_at = ended_at where state <> 'pending';
drop index orders_pending;
create index orders_unfinished on orders (order_id) where published_at is null and was_placed;

alter table refunds add column published_at timestamptz;
update refunds set published_at = ended_at where state = 'completed';
drop index refunds_requested;
-- One that was cancelled has no fact to publish; one of the kind `provider` is kept by the payments.
create index refunds_unfinished on refunds (refund_id)
  where published_at is null and was_requested and kind = 'order' and state <> 'cancelled';
