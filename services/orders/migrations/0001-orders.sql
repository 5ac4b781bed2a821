-- A cancelled row that was never placed is a tombstone: the cancellation came before the order, which is refused from
-- then on.
create table orders (
  order_id text primary key,
  state text not null check (state in ('pending', 'completed', 'cancelled')),
  was_placed boolean not null,
  reason text,
  content_hash text,
  checkout_id text,
  customer_id text,
  currency text,
  goods bigint,
  discount bigint,
  shipping bigint,
  tax bigint,
  total bigint,
  placed_at timestamptz,
  ended_at timestamptz,
  constraint placed_has_content check (
    not was_placed
    or num_nulls(content_hash, checkout_id, customer_id, currency, goods, discount, shipping, tax, total, placed_at) = 0
  ),
  constraint never_placed_is_cancelled check (was_placed or state = 'cancelled'),
  constraint cancelled_has_reason check ((state = 'cancelled') = (reason is not null)),
  constraint ended_unless_pending check ((state = 'pending') = (ended_at is null)),
  constraint total_adds_up check (total = goods - discount + shipping + tax)
);

create index orders_by_time on orders (placed_at desc, order_id) where was_placed;
create index orders_by_customer on orders (customer_id, placed_at desc, order_id) where was_placed;
create index orders_by_state on orders (state, placed_at desc, order_id) where was_placed;

create table order_lines (
  order_id text not null references orders,
  position integer not null,
  sku text not null,
  quantity bigint not null check (quantity > 0),
  unit_price bigint not null check (unit_price >= 0),
  primary key (order_id, position)
);
