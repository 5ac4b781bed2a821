alter table orders add column payment_id text;

-- Until now a checkout had one payment, named after it.
update orders set payment_id = checkout_id || '-1' where state = 'completed';

alter table orders add constraint completed_has_payment check (state <> 'completed' or payment_id is not null);

-- Pieces that refunds have taken, the cancelled ones not among them.
alter table order_lines
  add column refunded bigint not null default 0,
  add constraint never_more_than_bought check (refunded between 0 and quantity);

-- A cancelled row that was never requested is a tombstone: the cancellation came before the refund, which is refused from
-- then on.
create table refunds (
  refund_id text primary key,
  order_id text not null,
  state text not null check (state in ('requested', 'completed', 'cancelled')),
  was_requested boolean not null,
  content_hash text,
  reason text,
  goods bigint check (goods >= 0),
  discount bigint check (discount between 0 and goods),
  shipping bigint check (shipping >= 0),
  tax bigint check (tax >= 0),
  total bigint check (total > 0),
  requested_at timestamptz,
  ended_at timestamptz,
  unique (refund_id, order_id),
  constraint requested_has_content check (
    not was_requested or num_nulls(content_hash, reason, goods, discount, shipping, tax, total, requested_at) = 0
  ),
  constraint never_requested_is_cancelled check (was_requested or state = 'cancelled'),
  constraint ended_unless_requested check ((state = 'requested') = (ended_at is null)),
  constraint refund_adds_up check (total = goods - discount + shipping + tax)
);

create index refunds_by_order on refunds (order_id);

create table refund_lines (
  refund_id text not null,
  order_id text not null,
  position integer not null,
  quantity bigint not null check (quantity > 0),
  primary key (refund_id, position),
  foreign key (refund_id, order_id) references refunds (refund_id, order_id),
  foreign key (order_id, position) references order_lines
);
