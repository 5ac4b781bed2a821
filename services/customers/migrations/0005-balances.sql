-- What a customer owes less their credit is the sum of the changes; each is there once, by what it came from.
create table balance_changes (
  change_key text primary key,
  customer_id text not null,
  currency text not null,
  -- Above zero what they owe more, below it what they owe less.
  amount bigint not null,
  changed_at timestamptz not null default now()
);

create index balance_changes_by_customer on balance_changes (customer_id, currency);

create table inbox (
  consumer text not null,
  message_id text not null,
  body_hash text not null,
  subject text not null,
  type text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message_id)
);
