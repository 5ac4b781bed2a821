import { balanceAbout, byCurrency, equal, none } from './sql.ts';

/** Every payslip that was ever posted, with its currency; one that was corrected has made room for another one. */
const posted = `payroll.payslips join payroll.runs using (run_id) where payslips.state in ('posted', 'paid')`;

/** What must hold of salaries. */
export const payrollEquations = {
  'salaries: expense = gross of the payslips that are posted': byCurrency(
    balanceAbout('5200', 'payroll'),
    `select currency, sum(gross)::bigint as amount from ${posted} group by 1`,
  ),
  'salaries: withheld = deductions of the payslips that are posted': byCurrency(
    balanceAbout('2410', 'payroll'),
    `select currency, -sum(withheld)::bigint as amount from ${posted} group by 1`,
  ),
  'salaries: owed = net - paid + returned': byCurrency(
    balanceAbout('2400', 'payroll'),
    `select currency, sum(amount)::bigint as amount from (
       select currency, -net as amount from ${posted}
       union all
       select currency, payments.amount from payroll.payments
         join payroll.payslips using (payslip_id) join payroll.runs using (run_id) where runs.state = 'paid'
       union all
       select currency, -returns.amount from payroll.returns
         join payroll.payslips using (payslip_id) join payroll.runs using (run_id)
     ) as part group by 1`,
  ),
  'salaries: payslips = employees that are neither excluded nor failed': none(`payroll.runs
    where state in ('posted', 'paid') and exists (
      select from payroll.payslips
      where payslips.run_id = runs.run_id and exists (
        select from payroll.exclusions
        where exclusions.run_id = payslips.run_id and exclusions.employee_id = payslips.employee_id
      )
    )`),
  'salaries: payslips that were commanded = mails': equal(
    `select count(*) from payroll.payslips where mail_commanded_at is not null`,
    `select count(distinct message_id) from mail_sink.mails where template = 'payslip'`,
  ),
  'salaries: posted without two approvals of its content = 0': none(`payroll.runs
    where state in ('posted', 'paid') and (
      select count(distinct approval ->> 'by') from jsonb_array_elements(approvals) as approval
      where approval ->> 'version' = content_hash and not approval ->> 'by' = any (authors)
    ) < 2`),
};
