import { type Kysely, sql, type Transaction } from 'kysely';
import type { EmployeeId } from '../../contracts/identifiers.ts';
import type { Employee } from './shapes.ts';

/** Adds employees or updates them; of two with the same id the last one counts. What is calculated already stays as it is. */
export async function importEmployees(
  database: Kysely<unknown>,
  employees: readonly Employee[],
): Promise<{ imported: number }> {
  const distinct = [...new Map(employees.map((employee) => [employee.employeeId, employee])).values()];
  await sql`
    insert into employees (
      employee_id, group_id, subject, name, email, currency, earnings, deductions, employed_from, employed_until
    )
    select "employeeId", "groupId", coalesce(subject, "employeeId"), name, email, currency, earnings, deductions,
      "employedFrom", "employedUntil"
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb) as employee (
      "employeeId" text, "groupId" text, subject text, name text, email text, currency text, earnings jsonb,
      deductions jsonb, "employedFrom" date, "employedUntil" date
    )
    -- Rows that are locked in the order of their ids cannot deadlock with another import.
    order by "employeeId"
    on conflict (employee_id) do update set
      group_id = excluded.group_id, subject = excluded.subject, name = excluded.name, email = excluded.email,
      currency = excluded.currency, earnings = excluded.earnings, deductions = excluded.deductions,
      employed_from = excluded.employed_from, employed_until = excluded.employed_until, updated_at = now()
  `.execute(database);
  return { imported: distinct.length };
}

/**
 * What earlier months have left to pay to employees, in minor units; below zero: to recover. It is what they have earned, less
 * what was paid or is about to be, and what the bank has sent back.
 */
export async function balancesOf(
  transaction: Transaction<unknown>,
  employeeIds: readonly EmployeeId[],
): Promise<ReadonlyMap<EmployeeId, number>> {
  const { rows } = await sql<{ employeeId: EmployeeId; balance: number }>`
    select employee_id as "employeeId", (
      coalesce(sum(net) filter (where state in ('posted', 'paid')), 0)
      - coalesce(sum(coalesce(payments.amount, case when state = 'posted' then payable end)), 0)
      + coalesce(sum(returns.amount), 0)
    )::bigint as balance
    from payslips left join payments using (payslip_id) left join returns using (payslip_id)
    where employee_id = any(${[...employeeIds]}::text[]) group by employee_id
  `.execute(transaction);
  return new Map(rows.map(({ employeeId, balance }) => [employeeId, balance]));
}
