import { type Kysely, sql, type Transaction } from 'kysely';
import { type Approval, refusalOfApprovals } from '../../contracts/approvals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollRunId, PayslipId } from '../../contracts/identifiers.ts';
import { largestBookAmount } from '../../contracts/money.ts';
import { requiredApprovals } from '../../contracts/payroll-approvals.ts';
import type { SalaryTotals } from '../../contracts/sealed-salaries.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { withoutCalculation } from './calculation.ts';
import { lockRun, requireState } from './runs.ts';
import type { PayrollRun } from './shapes.ts';

/** What the workflow publishes of a run. */
export interface Published {
  readonly run: PayrollRun;
  readonly payslips: number;
  readonly sealed?: string;
}

/** What everything about a month of a group is called where an id has no slash: `staff.2026-02`. */
export const monthSubject = ({ groupId, period }: Pick<PayrollRun, 'groupId' | 'period'>): string =>
  `${groupId}.${period}`;

/**
 * Fixes what a run pays. Payslips of employees who have left the group since an earlier calculation are gone.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` while there are failures, when there is nobody to pay, or when it is more
 * than the books carry
 */
export function freezeRun(
  database: Kysely<unknown>,
  { runId, calculation }: { readonly runId: PayrollRunId; readonly calculation: number },
): Promise<PayrollRun> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'open', 'frozen');
    if (run.calculation !== calculation) {
      throw new ServiceFailure('InvalidState', `the run ${runId} is calculated time ${run.calculation} by now`);
    }
    if (run.state === 'frozen') return withoutCalculation(run);
    const { failed, payslips } = run.counts;
    if (failed > 0)
      throw new ServiceFailure('InvalidState', `${failed} employees could not be calculated: see to them first`);
    if (payslips === 0) throw new ServiceFailure('InvalidState', `there is nobody to pay in ${run.period}`);
    await sql`delete from payslips where run_id = ${runId} and calculation < ${calculation}`.execute(transaction);
    await sql`
      update runs set state = 'frozen', content_hash = encode(sha256(convert_to(concat_ws(E'\n',
        salt, group_id, period, currency, pay_day, time_zone,
        (select string_agg(concat_ws(' ', payslip_id, employee_id, gross, withheld, net, carried, payable, earnings, deductions),
          E'\n' order by payslip_id collate "C") from payslips where payslips.run_id = runs.run_id)
      ), 'UTF8')), 'hex')
      where run_id = ${runId}
    `.execute(transaction);
    const frozen = withoutCalculation(await lockRun(transaction, runId));
    const largest = Math.max(frozen.totals?.gross ?? 0, frozen.totals?.payable ?? 0);
    if (largest > largestBookAmount)
      throw new ServiceFailure('InvalidState', 'the run comes to more than the books carry');
    return frozen;
  });
}

/**
 * Posts a run, once.
 *
 * @returns what its event says, the same whenever it is asked for
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is not frozen; `ApprovalOutdated` when its content is another one
 * by now; `ApprovalMissing`, `OwnApproval`, `AlreadyDecided` when the approvals do not suffice
 */
export function postRun(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  {
    runId,
    contentHash,
    approvals,
  }: { readonly runId: PayrollRunId; readonly contentHash: string; readonly approvals: readonly Approval[] },
): Promise<Published> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'frozen', 'posted', 'paid');
    requireApprovals(run, contentHash, approvals);
    if (run.state === 'frozen') {
      const { gross, withheld, net } = run.totals as NonNullable<PayrollRun['totals']>;
      const sealed = await sealedTexts.seal({ gross, withheld, net } satisfies SalaryTotals, monthSubject(run));
      await sql`
        update runs set state = 'posted', posted_at = now(), approvals = ${JSON.stringify(approvals)}::jsonb,
          posted_sealed = ${gross > 0 ? sealed : null} where run_id = ${runId}
      `.execute(transaction);
      await sql`update payslips set state = 'posted' where run_id = ${runId}`.execute(transaction);
    }
    return published(transaction, runId, 'posted_sealed', run.counts.payslips);
  });
}

/** @throws {ServiceFailure} */
export function requireApprovals(
  { contentHash: version, authors }: { readonly contentHash?: string | undefined; readonly authors: readonly string[] },
  asked: string,
  approvals: readonly Approval[],
): void {
  const current = version ?? '';
  const given = [...approvals, ...(asked === current ? [] : [{ by: '', version: asked, roles: [], note: '', at: '' }])];
  const refused = refusalOfApprovals({ version: current, required: requiredApprovals, authors }, given);
  if (refused) throw new ServiceFailure(refused.declared, refused.message, refused.detail);
}

export async function published(
  transaction: Transaction<unknown>,
  runId: PayrollRunId,
  column: 'posted_sealed' | 'paid_sealed',
  payslips: number,
): Promise<Published> {
  const { rows } = await sql<{ sealed: string | null }>`
    select ${sql.raw(column)} as sealed from runs where run_id = ${runId}
  `.execute(transaction);
  const sealed = rows[0]?.sealed;
  const run = withoutCalculation(await lockRun(transaction, runId));
  return { run, payslips, ...(sealed && { sealed }) };
}

interface Addressed {
  readonly payslipId: PayslipId;
  readonly name: string;
  readonly email: string;
}

/**
 * Has the next payslips of a posted run mailed: the commands are in the outbox with the mark that says so.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` before it is posted
 */
export function sendPayslips(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  { runId, limit }: { readonly runId: PayrollRunId; readonly limit: number },
): Promise<{ sent: number; left: number }> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'posted', 'paid');
    const { rows } = await sql<Addressed>`
      update payslips set mail_commanded_at = now() from employees
      where payslips.employee_id = employees.employee_id and payslip_id in (
        select payslip_id from payslips where run_id = ${runId} and mail_commanded_at is null
        order by payslip_id limit ${limit}
      )
      returning payslip_id as "payslipId", employee_name as name, email
    `.execute(transaction);
    const time = new Date().toISOString();
    const commands = rows.map((row) => payslipCommand(sealedTexts, row, { period: run.period, time }));
    await appendAllToOutbox(transaction, await Promise.all(commands));
    const { rows: left } = await sql<{ left: number }>`
      select count(*) as left from payslips where run_id = ${runId} and mail_commanded_at is null
    `.execute(transaction);
    return { sent: rows.length, left: left[0]?.left ?? 0 };
  });
}

/** To tell an employee of a payslip. */
export async function payslipCommand(
  sealedTexts: SealedTexts,
  { payslipId, name, email }: Addressed,
  { period, time, corrects }: { readonly period: string; readonly time: string; readonly corrects?: PayslipId },
) {
  const origin = `payslip/${payslipId}`;
  return createEvent({
    ...{ name: 'SendPayslip', origin, sequence: 1, subject: payslipId, time },
    ...{ correlationId: payslipId, causationId: origin },
    data: {
      payslipId,
      period,
      ...(corrects && { corrects }),
      sealed: await sealedTexts.seal({ name, email }, payslipId),
    },
  });
}
