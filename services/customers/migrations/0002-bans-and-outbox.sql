-- How often the account was banned: each ban is an event of its own.
alter table customers add bans bigint not null default 0;

create table outbox (
  position bigint generated always as identity primary key,
  message_id text not null unique,
  subject text not null,
  type text not null,
  body text not null,
  written_at timestamptz not null default now(),
  published_at timestamptz
);

create index outbox_unpublished on outbox (position) where published_at is null;
