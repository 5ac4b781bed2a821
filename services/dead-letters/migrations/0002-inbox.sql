create table inbox (
  consumer text not null,
  message_id text not null,
  body_hash text not null,
  subject text not null,
  type text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message_id)
);
