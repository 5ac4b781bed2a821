alter table customers drop constraint customers_status_check,
  add constraint customers_status_check check (status in ('active', 'banned', 'erased'));

-- Who has had a person erased, and when; again for what has come since.
create table erasures (
  customer_id text not null references customers,
  erased_by text not null,
  erased_at timestamptz not null default now()
);

create index erasures_by_customer on erasures (customer_id, erased_at);
