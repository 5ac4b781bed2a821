create table customers (
  customer_id text primary key,
  name text not null,
  email text not null,
  country text not null,
  status text not null check (status in ('active', 'banned')),
  updated_at timestamptz not null default now()
);

create table purchases (
  order_id text primary key,
  customer_id text not null references customers,
  amount bigint not null check (amount >= 0),
  currency text not null,
  item_count bigint not null check (item_count > 0),
  completed_at timestamptz not null
);

create index purchases_by_customer on purchases (customer_id, completed_at desc, order_id);
