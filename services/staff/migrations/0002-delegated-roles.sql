-- Which roles are lent; null: all that the lender holds.
alter table delegations add column roles text[];
