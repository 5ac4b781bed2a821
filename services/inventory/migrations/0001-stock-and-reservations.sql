create table stock (
  sku text primary key,
  received bigint not null default 0,
  on_hand bigint not null default 0,
  reserved bigint not null default 0,
  committed bigint not null default 0,
  constraint nothing_negative check (on_hand >= 0 and reserved >= 0 and committed >= 0),
  constraint reserved_is_on_hand check (reserved <= on_hand),
  constraint every_piece_is_somewhere check (received = on_hand + committed)
);

create table receipts (
  receipt_id text primary key,
  content_hash text not null,
  received_at timestamptz not null default now()
);

-- A released row without lines is a tombstone: the release came before the reservation, which is refused from then on.
create table reservations (
  reservation_id text primary key,
  state text not null check (state in ('active', 'committed', 'released')),
  content_hash text,
  was_reserved boolean not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'active') = (ended_at is null))
);

create index reservations_by_expiry on reservations (expires_at) where state = 'active';

create table reservation_lines (
  reservation_id text not null references reservations,
  sku text not null references stock,
  quantity bigint not null check (quantity > 0),
  primary key (reservation_id, sku)
);
