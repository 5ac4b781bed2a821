alter table stock
  add column restocked bigint not null default 0 check (restocked >= 0),
  drop constraint every_piece_is_somewhere,
  add constraint every_piece_is_somewhere check (received + restocked = on_hand + committed);

create table restocks (
  restock_id text primary key,
  content_hash text not null,
  restocked_at timestamptz not null default now()
);
