create table entries (
  event_id text primary key,
  order_id text not null,
  checkout_id text not null,
  customer_id text,
  event text not null,
  sequence integer not null,
  occurred_at timestamptz not null,
  facts jsonb not null
);

create index entries_by_order on entries (order_id);

-- What the entries of an order say together; it can be made again from them at any time.
create table orders (
  order_id text primary key,
  checkout_id text not null,
  customer_id text,
  state text not null,
  amounts jsonb,
  refunded bigint not null,
  reason text,
  began_at timestamptz not null,
  changed_at timestamptz not null
);

create index orders_by_customer on orders (customer_id, began_at desc, order_id desc);
