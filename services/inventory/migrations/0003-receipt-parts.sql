-- A delivery of more lines than one call takes comes in parts; its row in receipts has the hash of the whole.
create table receipt_parts (
  receipt_id text not null references receipts,
  number integer not null,
  content_hash text not null,
  received_at timestamptz not null default now(),
  primary key (receipt_id, number)
);
