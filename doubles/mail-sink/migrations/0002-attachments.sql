-- Names are what the sender wrote: two attachments of a mail may have the same one.
create table attachments (
  mail_id bigint not null references mails on delete cascade,
  position integer not null,
  name text not null,
  media_type text not null,
  content bytea not null,
  primary key (mail_id, position)
);
