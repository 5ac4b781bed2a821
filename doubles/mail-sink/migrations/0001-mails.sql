-- A mail that came twice is kept twice: what was sent twice must show.
create table mails (
  mail_id bigint generated always as identity primary key,
  message_id text not null,
  sender text not null,
  recipients text[] not null,
  subject text not null,
  text_body text not null,
  checkout_id text,
  template text,
  raw bytea not null,
  received_at timestamptz not null default now()
);

create index mails_by_message_id on mails (message_id);
create index mails_by_checkout on mails (checkout_id);
create index mails_by_recipient on mails using gin (recipients);
