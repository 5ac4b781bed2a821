create table reviews (
  review_id text primary key,
  sku text not null,
  customer_id text not null,
  rating integer not null check (rating between 1 and 5),
  text text not null,
  submitted_at timestamptz not null default now()
);

create index reviews_by_product on reviews (sku, submitted_at desc, review_id);
