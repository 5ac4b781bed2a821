-- Why each ban was lifted; the reason of a ban is in its event.
create table unbans (
  customer_id text not null references customers,
  reason text not null,
  lifted_at timestamptz not null default now()
);

create index unbans_by_customer on unbans (customer_id, lifted_at);
