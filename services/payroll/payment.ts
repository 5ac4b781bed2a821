import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollRunId } from '../../contracts/identifiers.ts';
import { payrollRefusals } from '../../contracts/payroll-refusals.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { monthSubject, type Published, published } from './posting.ts';
import { lockRun, requireState } from './runs.ts';
import type { PayrollRun, salaryReturnSchema } from './shapes.ts';

interface PaidBatch {
  readonly runId: PayrollRunId;
  readonly limit: number;
  readonly decidedBy?: string | undefined;
}

/**
 * Pays the next payslips of a posted run, each once, in one transaction.
 *
 * @param now the time, by which the pay day has come or not
 * @throws {ServiceFailure} `NotFound`; `InvalidState` before it is posted; `PayDayNotReached` unless a person has decided to pay
 * before the pay day
 */
export function payBatch(
  database: Kysely<unknown>,
  { runId, limit, decidedBy }: PaidBatch,
  now: Date = new Date(),
): Promise<{ paid: number; left: number }> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'posted', 'paid');
    await requirePayDay(transaction, run, { now, decidedBy });
    const { rows } = await sql<{ paid: number; left: number }>`
      with batch as (
        select payslip_id, payable from payslips where run_id = ${runId} and state = 'posted'
        order by payslip_id limit ${limit}
      ), paid as (
        insert into payments (payslip_id, amount) select payslip_id, payable from batch
      ), changed as (
        update payslips set state = 'paid' from batch where payslips.payslip_id = batch.payslip_id
      )
      select (select count(*) from batch) as paid, (
        select count(*) from payslips where run_id = ${runId} and state = 'posted'
      ) - (select count(*) from batch) as left
    `.execute(transaction);
    return rows[0] ?? { paid: 0, left: 0 };
  });
}

/** The whole day counts where it is, so that no clock that is a little behind refuses what is paid in its morning. */
async function requirePayDay(
  transaction: Transaction<unknown>,
  { runId, payDay }: PayrollRun,
  { now, decidedBy }: { readonly now: Date; readonly decidedBy: string | undefined },
): Promise<void> {
  const { rows } = await sql<{ hasCome: boolean }>`
    select (${now.toISOString()}::timestamptz at time zone time_zone)::date >= pay_day as "hasCome"
    from runs where run_id = ${runId}
  `.execute(transaction);
  if (rows[0]?.hasCome) return;
  if (decidedBy === undefined) {
    throw new ServiceFailure(payrollRefusals.PayDayNotReached, `the run ${runId} is paid on ${payDay}`, {
      field: 'runId',
    });
  }
  await sql`update runs set paid_early_by = ${decidedBy} where run_id = ${runId}`.execute(transaction);
}

/**
 * Closes a run of which everything is paid, once.
 *
 * @returns what its event says, the same whenever it is asked for
 * @throws {ServiceFailure} `NotFound`; `InvalidState` while something is to be paid
 */
export function closeRun(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  { runId }: { readonly runId: PayrollRunId },
): Promise<Published> {
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    requireState(run, 'posted', 'paid');
    const { rows } = await sql<{ payslips: number; amount: number; left: number }>`
      select count(payments.payslip_id) as payslips, coalesce(sum(payments.amount), 0)::bigint as amount,
        count(*) filter (where state = 'posted') as left
      from payslips left join payments using (payslip_id) where run_id = ${runId}
    `.execute(transaction);
    const { payslips, amount, left } = rows[0] ?? { payslips: 0, amount: 0, left: 0 };
    if (left > 0) throw new ServiceFailure('InvalidState', `${left} payslips of the run ${runId} are still to be paid`);
    if (run.state === 'posted') {
      const sealed = amount > 0 ? await sealedTexts.seal({ amount }, monthSubject(run)) : null;
      await sql`
        update runs set state = 'paid', ended_at = now(), paid_sealed = ${sealed} where run_id = ${runId}
      `.execute(transaction);
    }
    return published(transaction, runId, 'paid_sealed', payslips);
  });
}

type SalaryReturn = z.output<typeof salaryReturnSchema>;

interface ReturnedPayment extends Pick<PayrollRun, 'groupId' | 'period'> {
  readonly currency: Currency;
  readonly paid: number | null;
  readonly bankReference: string | null;
}

/**
 * Records that the bank has sent back what was paid on a payslip: it is owed again, and the next run pays it.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when nothing was paid; `IdempotencyConflict` when it came back before
 * under another reference
 */
export function recordReturn(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  salaryReturn: SalaryReturn,
): Promise<SalaryReturn> {
  const { payslipId, bankReference, reason } = salaryReturn;
  return database.transaction().execute(async (transaction) => {
    await sql`select from payslips where payslip_id = ${payslipId} for update`.execute(transaction);
    const { rows } = await sql<ReturnedPayment>`
      select group_id as "groupId", payslips.period, currency, payments.amount as paid, bank_reference as "bankReference"
      from payslips join runs using (run_id) left join payments using (payslip_id) left join returns using (payslip_id)
      where payslip_id = ${payslipId}
    `.execute(transaction);
    const [row] = rows;
    if (!row) throw new ServiceFailure('NotFound', `there is no payslip ${payslipId}`, { field: 'payslipId' });
    const { groupId, period, currency, paid, bankReference: known } = row;
    if (!paid) throw new ServiceFailure('InvalidState', `nothing was paid on the payslip ${payslipId}`);
    if (known === bankReference) return salaryReturn;
    if (known !== null) {
      throw new ServiceFailure('IdempotencyConflict', `the payment of ${payslipId} came back before, as ${known}`, {
        field: 'bankReference',
      });
    }
    await sql`
      insert into returns (payslip_id, bank_reference, amount, reason)
      values (${payslipId}, ${bankReference}, ${paid}, ${reason})
    `.execute(transaction);
    const [origin, subject] = [`salary-return/${payslipId}`, monthSubject(row)];
    const returned = createEvent({
      ...{ name: 'SalaryReturned', origin, sequence: 1, subject, time: new Date().toISOString() },
      ...{ correlationId: payslipId, causationId: origin },
      data: { payslipId, groupId, period, currency, sealed: await sealedTexts.seal({ amount: paid }, subject) },
    });
    await appendToOutbox(transaction, returned);
    return salaryReturn;
  });
}
