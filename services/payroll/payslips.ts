import { type Kysely, type RawBuilder, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { EmployeeId, PayrollRunId, PayslipId } from '../../contracts/identifiers.ts';
import type { Principal } from '../../platform/access/principal.ts';
import type { Employer } from './employer.ts';
import type { Payslip, PayslipDocument } from './shapes.ts';

interface PayslipRow extends Omit<Payslip, 'corrects'> {
  readonly corrects: PayslipId | null;
  readonly subject: string;
}

const payslipColumns = sql`
  payslip_id as "payslipId", run_id as "runId", employee_id as "employeeId", employee_name as name,
  runs.group_id as "groupId", payslips.period, payslips.state, runs.currency, payslips.earnings, payslips.deductions,
  gross, withheld, net, carried, payable, pay_day::text as "payDay", corrects, employees.subject
`;

/**
 * A payslip, for its employee or for who does the payroll.
 *
 * @throws {ServiceFailure} `NotFound`; `Forbidden` for everyone else
 */
export async function findPayslip(
  database: Kysely<unknown>,
  payslipId: PayslipId,
  principal: Principal | undefined,
): Promise<Payslip> {
  const [row] = await rowsOf(database, sql`where payslip_id = ${payslipId}`);
  if (!row) throw new ServiceFailure('NotFound', `there is no payslip ${payslipId}`, { field: 'payslipId' });
  const mayReadAll = principal?.roles.includes('payroll') ?? false;
  // A draft is for those who approve it.
  const isOwn = row.subject === (principal?.account ?? principal?.subject) && row.state !== 'draft';
  if (!mayReadAll && !isOwn) throw new ServiceFailure('Forbidden', 'a payslip is for its employee alone');
  return toPayslip(row);
}

/**
 * The same as a PDF, once it is posted.
 *
 * @throws {ServiceFailure} as {@link findPayslip} does; `InvalidState` for a draft
 */
export async function readPayslipDocument(
  database: Kysely<unknown>,
  employer: Employer,
  payslipId: PayslipId,
  principal: Principal | undefined,
): Promise<PayslipDocument> {
  const payslip = await findPayslip(database, payslipId, principal);
  if (payslip.state === 'draft') {
    throw new ServiceFailure('InvalidState', `the payslip ${payslipId} is not posted yet: there is no document of it`);
  }
  // The library and its fonts take memory: they are loaded with the first document.
  const { payslipDocument } = await import('./payslip-document.ts');
  const content = (await payslipDocument(payslip, employer)).toString('base64');
  return { payslipId, name: `payslip-${payslipId}.pdf`, type: 'application/pdf', content };
}

/** The payslips of a run, the smallest employee id first. */
export async function listPayslips(
  database: Kysely<unknown>,
  {
    runId,
    after = '' as EmployeeId,
    limit,
  }: { readonly runId: PayrollRunId; readonly after?: EmployeeId | undefined; readonly limit: number },
): Promise<Payslip[]> {
  const rows = await rowsOf(
    database,
    sql`where run_id = ${runId} and payslips.state <> 'reversed' and employee_id > ${after}
      order by employee_id limit ${limit}`,
  );
  return rows.map(toPayslip);
}

async function rowsOf(database: Kysely<unknown>, where: RawBuilder<unknown>): Promise<PayslipRow[]> {
  const { rows } = await sql<PayslipRow>`
    select ${payslipColumns} from payslips join runs using (run_id) join employees using (employee_id) ${where}
  `.execute(database);
  return rows;
}

const toPayslip = ({ subject: _, corrects, ...row }: PayslipRow): Payslip => ({
  ...row,
  ...(corrects && { corrects }),
});
