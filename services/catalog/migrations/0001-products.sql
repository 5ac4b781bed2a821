create table products (
  sku text primary key,
  name text not null,
  description text not null,
  -- Minor units by currency.
  prices jsonb not null,
  minimum_quantity integer,
  discount_basis_points integer check (discount_basis_points between 1 and 9999),
  updated_at timestamptz not null default now(),
  constraint discount_is_whole check (num_nulls(minimum_quantity, discount_basis_points) in (0, 2))
);
