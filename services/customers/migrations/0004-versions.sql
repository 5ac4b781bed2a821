alter table customers
  -- Counts all changes of the account. Those that were there before anybody kept a copy begin at 1, and are not published.
  add version bigint not null default 1 check (version > 0),
  -- How often the account was published as it stands: each time is an event of its own.
  add republished bigint not null default 0;
