-- What the login of the audit reads of salaries, and nothing else: totals of a month of a group, as the books have them, counts
-- and ids. No column is of one person.

-- A run, since it is posted with what it comes to.
create view audited_runs as
with employee_month as (
  select run_id, employee_id,
    sum(net) filter (where state <> 'reversed') as kept, sum(payments.amount) as paid, sum(returns.amount) as returned
  from payslips left join payments using (payslip_id) left join returns using (payslip_id) group by 1, 2
), money as (
  select run_id, sum(paid) as paid, sum(returned) as returned,
    sum(greatest(coalesce(kept, 0) - coalesce(paid, 0) + coalesce(returned, 0), 0)) as unpaid,
    sum(greatest(coalesce(paid, 0) - coalesce(returned, 0) - coalesce(kept, 0), 0)) as to_recover
  from employee_month group by 1
), slip as (
  select run_id,
    sum(gross) as posted_gross, sum(withheld) as posted_withheld, sum(net) as posted_net,
    sum(gross) filter (where state = 'reversed') as reversed_gross,
    sum(withheld) filter (where state = 'reversed') as reversed_withheld,
    sum(net) filter (where state = 'reversed') as reversed_net,
    count(*) filter (where state <> 'reversed') as payslips,
    count(*) filter (where mail_commanded_at is null) as payslips_not_mailed,
    count(*) filter (where payments.amount <> payable or (state = 'paid' and corrects is null and payments.amount is null))
      as payslips_paid_otherwise
  from payslips left join payments using (payslip_id) group by 1
)
select run_id, group_id, period, currency, state, opened_at, posted_at, ended_at, posted_sealed is not null as is_announced,
  paid_sealed is not null as is_payment_announced, posted_gross, posted_withheld, posted_net,
  coalesce(reversed_gross, 0) as reversed_gross, coalesce(reversed_withheld, 0) as reversed_withheld,
  coalesce(reversed_net, 0) as reversed_net,
  -- While a run is being paid, what was paid in between two looks would be of a few.
  case when state = 'paid' then coalesce(paid, 0) else 0 end as paid,
  coalesce(returned, 0) as returned,
  case when state = 'paid' then unpaid else unpaid + coalesce(paid, 0) end as unpaid, to_recover,
  payslips, payslips_not_mailed, payslips_paid_otherwise,
  (select count(*) from exclusions where exclusions.run_id = runs.run_id) as excluded,
  -- Of those who have a payslip, were left out, or belong to the group since before the run began.
  (
    select count(*) from (
      select employee_id from payslips where payslips.run_id = runs.run_id
      union select employee_id from exclusions where exclusions.run_id = runs.run_id
      union select employee_id from employees
      where employees.group_id = runs.group_id and employees.updated_at < runs.opened_at
        and employed_from < (period || '-01')::date + interval '1 month'
        and (employed_until is null or employed_until >= (period || '-01')::date)
    ) as employee
  ) as employees
from runs join slip using (run_id) join money using (run_id) where state in ('posted', 'paid');

-- Runs that are not posted: how far they are.
create view audited_open_runs as
select run_id, group_id, period, state, opened_at from runs where state in ('open', 'frozen');

-- Which payslips there are, by ids that say no name.
create view audited_payslips as
select payslip_id, run_id, state, mail_commanded_at from payslips where state <> 'draft';

-- What was said, without what is sealed in it.
create view audited_events as
select message_id, subject, type, written_at, published_at from outbox;
