create table mails (
  message_id text primary key,
  event_id text not null unique,
  template text not null,
  recipient text not null,
  checkout_id text not null,
  order_id text not null,
  sent_at timestamptz not null default now()
);

create index mails_by_checkout on mails (checkout_id);
