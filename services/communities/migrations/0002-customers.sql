create table inbox (
  consumer text not null,
  message_id text not null,
  body_hash text not null,
  subject text not null,
  type text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message_id)
);

-- The accounts as the customers service has told of them, each in the newest version that has come.
create table customers_copy (
  customer_id text primary key,
  version bigint not null check (version > 0),
  name text not null,
  email text not null,
  country text not null,
  status text not null,
  copied_at timestamptz not null default now()
);
