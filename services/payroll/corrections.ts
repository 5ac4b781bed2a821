import { isDeepStrictEqual } from 'node:util';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Approval } from '../../contracts/approvals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollCorrectionId, PayslipId } from '../../contracts/identifiers.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { payslipIdOf } from './calculation.ts';
import type { CorrectionRow } from './correction-row.ts';
import { balancesOf } from './employees.ts';
import { payslipAmounts } from './payslip-amounts.ts';
import { requireApprovals } from './posting.ts';
import { announceReversal } from './reversal.ts';
import { lockRun } from './runs.ts';
import type { Correction, CorrectionDraft, Deduction, Payslip } from './shapes.ts';

type Database = Kysely<unknown>;

const columns = sql`
  correction_id as "correctionId", payslip_id as "payslipId", runs.group_id as "groupId", payslips.period,
  corrections.state, corrections.authors, corrections.content_hash as "contentHash", replaced_by as "replacedBy",
  run_id as "runId", employee_id as "employeeId", employee_name as name, runs.currency, corrections.earnings,
  corrections.rules, corrections.reason
`;

/**
 * Prepares a correction: nothing changes until it is approved and posted.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when the payslip is not posted, was corrected, or is being corrected;
 * `IdempotencyConflict`; `NegativeNet`
 */
export function prepareCorrection(database: Database, draft: CorrectionDraft, by: string): Promise<Correction> {
  const { correctionId, payslipId, earnings, reason } = draft;
  return database.transaction().execute(async (transaction) => {
    const { rows: slips } = await sql<{ state: Payslip['state']; rules: readonly Deduction[] }>`
      select state, rules from payslips where payslip_id = ${payslipId} for update
    `.execute(transaction);
    const [slip] = slips;
    if (!slip) throw new ServiceFailure('NotFound', `there is no payslip ${payslipId}`, { field: 'payslipId' });
    const rules = draft.deductions ?? slip.rules;
    const known = await findRow(transaction, sql`where correction_id = ${correctionId}`);
    if (known) return requireSame(known, { payslipId, earnings, rules, reason });
    if (slip.state !== 'posted' && slip.state !== 'paid') {
      throw new ServiceFailure(
        'InvalidState',
        `the payslip ${payslipId} is ${slip.state}: only a posted one is corrected`,
      );
    }
    payslipAmounts(earnings, rules);
    const inserted = await sql`
      insert into corrections (correction_id, payslip_id, earnings, rules, reason, authors, salt, content_hash)
      select ${correctionId}, ${payslipId}, ${JSON.stringify(earnings)}::jsonb, ${JSON.stringify(rules)}::jsonb, ${reason},
        array[${by}]::text[], salt, encode(sha256(convert_to(concat_ws(E'\n', salt, ${payslipId}::text,
        ${JSON.stringify(earnings)}::text, ${JSON.stringify(rules)}::text, ${reason}::text), 'UTF8')), 'hex')
      from (select gen_random_uuid() as salt) as own
      on conflict do nothing returning 1
    `.execute(transaction);
    if (inserted.rows.length === 0) {
      throw new ServiceFailure('InvalidState', `the payslip ${payslipId} is being corrected already`);
    }
    return findCorrection(transaction, correctionId);
  });
}

function requireSame(
  known: CorrectionRow,
  draft: Pick<CorrectionRow, 'payslipId' | 'earnings' | 'rules' | 'reason'>,
): Correction {
  const { payslipId, earnings, rules, reason } = known;
  if (isDeepStrictEqual({ payslipId, earnings, rules, reason }, draft)) return toCorrection(known);
  throw new ServiceFailure(
    'IdempotencyConflict',
    `the correction ${known.correctionId} was prepared before with other content; choose a new correctionId`,
    { field: 'correctionId' },
  );
}

/**
 * Takes a payslip back and puts the approved one in its place, in one transaction with what the books and the employee are told.
 * What was paid too much, the next run keeps back; what is still to be paid, this run pays, or the next one when it is closed.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it was given up; `ApprovalOutdated`, `ApprovalMissing`, `OwnApproval`,
 * `AlreadyDecided` when the approvals do not suffice
 */
export async function postCorrection(
  database: Database,
  sealedTexts: SealedTexts,
  posted: {
    readonly correctionId: PayrollCorrectionId;
    readonly contentHash: string;
    readonly approvals: readonly Approval[];
  },
): Promise<Correction> {
  const { correctionId, contentHash, approvals } = posted;
  const { runId } = await requireRow(database, correctionId);
  return database.transaction().execute(async (transaction) => {
    const run = await lockRun(transaction, runId);
    const correction = await requireRow(transaction, correctionId);
    requireApprovals(correction, contentHash, approvals);
    if (correction.state === 'posted') return toCorrection(correction);
    if (correction.state === 'cancelled')
      throw new ServiceFailure('InvalidState', `the correction ${correctionId} was given up`);
    const replacedBy = await replace(transaction, correction, run.state === 'posted');
    await sql`
      update corrections set state = 'posted', approvals = ${JSON.stringify(approvals)}::jsonb, replaced_by = ${replacedBy}
      where correction_id = ${correctionId}
    `.execute(transaction);
    const done = await requireRow(transaction, correctionId);
    await announceReversal(transaction, sealedTexts, done);
    return toCorrection(done);
  });
}

/** @param isOpen whether the run pays still */
async function replace(
  transaction: Transaction<unknown>,
  correction: CorrectionRow,
  isOpen: boolean,
): Promise<PayslipId> {
  const { correctionId, payslipId, employeeId, period, earnings, rules } = correction;
  const amounts = payslipAmounts(earnings, rules);
  await sql`update payslips set state = 'reversed' where payslip_id = ${payslipId}`.execute(transaction);
  const carried = (await balancesOf(transaction, [employeeId])).get(employeeId) ?? 0;
  const replacedBy = payslipIdOf(employeeId, period, correctionId);
  await sql`
    insert into payslips (
      payslip_id, run_id, calculation, employee_id, employee_name, period, state, earnings, rules, deductions, gross, withheld,
      net, carried, payable, corrects, mail_commanded_at
    )
    select ${replacedBy}, run_id, calculation, employee_id, employee_name, period, ${isOpen ? 'posted' : 'paid'},
      ${JSON.stringify(earnings)}::jsonb, ${JSON.stringify(rules)}::jsonb, ${JSON.stringify(amounts.deductions)}::jsonb,
      ${amounts.gross}, ${amounts.withheld}, ${amounts.net}, ${carried},
      ${isOpen ? Math.max(0, amounts.net + carried) : 0}, payslip_id, now()
    from payslips where payslip_id = ${payslipId}
  `.execute(transaction);
  return replacedBy;
}

/**
 * Gives up a correction that is not posted.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is posted
 */
export function cancelCorrection(
  database: Database,
  correctionId: PayrollCorrectionId,
): Promise<{ wasPrepared: boolean }> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql`
      update corrections set state = 'cancelled' where correction_id = ${correctionId} and state <> 'posted' returning 1
    `.execute(transaction);
    if (rows.length > 0) return { wasPrepared: true };
    await requireRow(transaction, correctionId);
    throw new ServiceFailure('InvalidState', `the correction ${correctionId} is posted`);
  });
}

/** @throws {ServiceFailure} `NotFound` */
export const findCorrection = async (database: Database, correctionId: PayrollCorrectionId): Promise<Correction> =>
  toCorrection(await requireRow(database, correctionId));

/** What a correction makes of its payslip. @throws {ServiceFailure} `NotFound` */
export async function findCorrectedPayslip(database: Database, correctionId: PayrollCorrectionId) {
  const { payslipId, employeeId, name, currency, earnings, rules } = await requireRow(database, correctionId);
  const { deductions, ...amounts } = payslipAmounts(earnings, rules);
  return { payslipId, employeeId, name, currency, earnings: [...earnings], deductions: [...deductions], ...amounts };
}

async function requireRow(database: Database, correctionId: PayrollCorrectionId): Promise<CorrectionRow> {
  const row = await findRow(database, sql`where correction_id = ${correctionId}`);
  if (row) return row;
  throw new ServiceFailure('NotFound', `there is no correction ${correctionId}`, { field: 'correctionId' });
}

async function findRow(database: Database, where: RawBuilder<unknown>): Promise<CorrectionRow | undefined> {
  const { rows } = await sql<CorrectionRow>`
    select ${columns} from corrections join payslips using (payslip_id) join runs using (run_id) ${where}
  `.execute(database);
  return rows[0];
}

const toCorrection = (row: CorrectionRow): Correction => {
  const { correctionId, payslipId, groupId, period, state, authors, contentHash, replacedBy } = row;
  return { correctionId, payslipId, groupId, period, state, authors, contentHash, ...(replacedBy && { replacedBy }) };
};
