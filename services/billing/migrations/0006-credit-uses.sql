-- Entries are made one after the other for each customer: which one is the oldest does not depend on when its transaction began.
alter table credit_entries alter entered_at set default clock_timestamp();

-- Which credit a use was taken from: the oldest one first.
create table credit_uses (
  entry_id text not null references credit_entries,
  source_id text not null references credit_entries,
  amount bigint not null check (amount > 0),
  primary key (entry_id, source_id)
);

create index credit_uses_by_source on credit_uses (source_id);

insert into credit_uses (entry_id, source_id, amount)
with entry as (
  select *, sum(abs(amount)) over (partition by customer_id, currency, amount > 0 order by entered_at, entry_id) as until
  from credit_entries
)
select used.entry_id, source.entry_id,
  least(source.until, used.until) - greatest(source.until - source.amount, used.until + used.amount)
from entry as used join entry as source using (customer_id, currency)
where used.amount < 0 and source.amount > 0
  and least(source.until, used.until) > greatest(source.until - source.amount, used.until + used.amount);
