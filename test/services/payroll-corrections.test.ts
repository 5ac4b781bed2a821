import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  approvalsOf,
  employee,
  frozenRun,
  openedOf,
  openPayroll,
  outboxOf,
  outboxText,
  type PayrollEnvironment,
  paidRun,
  postedRun,
} from './payroll-environment.ts';

let environment: PayrollEnvironment;
let payslipId: string;
const runId = 'r-1';

beforeAll(async () => {
  environment = await openPayroll();
});

beforeEach(async () => {
  await sql`
    truncate employees, runs, cancelled_runs, payslips, failures, exclusions, payments, returns, corrections, outbox
  `.execute(environment.service.database);
  await environment.payroll.importEmployees({ employees: [employee('e-1')] });
});

afterAll(() => environment?.service.stop());

async function slipOf(run: Promise<unknown>): Promise<void> {
  await run;
  const [slip] = (await environment.payroll.listPayslips({ runId })).payslips;
  payslipId = slip?.payslipId ?? '';
}

const draft = (amount = 300_000, correctionId = 'c-1') => ({
  ...{ correctionId, payslipId, reason: 'a day without pay' },
  earnings: [{ name: 'Salary', amount }],
});

async function correct(amount?: number, correctionId?: string) {
  const { contentHash, correctionId: id } = await environment.payroll.correct(draft(amount, correctionId));
  return environment.payroll.postCorrection({
    ...{ correctionId: id, contentHash, approvals: approvalsOf(contentHash) },
  });
}

describe('the correction of a payslip that is paid', () => {
  beforeEach(() => slipOf(paidRun(environment.payroll, { runId })));

  test('takes back exactly what was posted, and the next run keeps back what was paid too much', async () => {
    const { payroll, service } = environment;
    expect(await correct()).toMatchObject({ state: 'posted', payslipId });
    const [reversed, command] = await outboxOf(service);
    expect(await openedOf(environment, reversed)).toEqual({
      reversed: { gross: 333_333, withheld: 92_834, net: 240_499 },
      replacement: { gross: 300_000, withheld: 83_550, net: 216_450 },
    });
    expect(command).toMatchObject({ name: 'SendPayslip', data: { corrects: payslipId } });
    const [corrected] = (await payroll.listPayslips({ runId })).payslips;
    expect(corrected).toMatchObject({ state: 'paid', net: 216_450, payable: 0, corrects: payslipId });
    await frozenRun(payroll, { runId: 'r-2', period: '2026-03' });
    expect((await payroll.listPayslips({ runId: 'r-2' })).payslips).toMatchObject([
      { net: 240_499, carried: -24_049, payable: 216_450 },
    ]);
  });

  test('is kept back once', async () => {
    const { payroll } = environment;
    await correct();
    await paidRun(payroll, { runId: 'r-2', period: '2026-03' });
    const { totals } = await frozenRun(payroll, { runId: 'r-3', period: '2026-04' });
    expect(totals).toMatchObject({ net: 240_499, payable: 240_499 });
  });

  test('is kept back over several months where one does not suffice', async () => {
    const { payroll } = environment;
    await payroll.importEmployees({
      employees: [employee('e-1', { earnings: [{ name: 'Salary', amount: 10_000 }], deductions: [] })],
    });
    await correct();
    await paidRun(payroll, { runId: 'r-2', period: '2026-03' });
    expect((await payroll.listPayslips({ runId: 'r-2' })).payslips).toMatchObject([{ carried: -24_049, payable: 0 }]);
    await paidRun(payroll, { runId: 'r-3', period: '2026-04' });
    await frozenRun(payroll, { runId: 'r-4', period: '2026-05' });
    expect((await payroll.listPayslips({ runId: 'r-4' })).payslips).toMatchObject([
      { carried: -4_049, payable: 5_951 },
    ]);
  });

  test('has what was paid too little paid by the next run', async () => {
    const { payroll } = environment;
    await correct(400_000);
    const { totals } = await frozenRun(payroll, { runId: 'r-2', period: '2026-03' });
    expect(totals).toMatchObject({ net: 240_499, payable: 240_499 + 288_600 - 240_499 });
  });

  test('is one, however often it is posted', async () => {
    const { payroll, service } = environment;
    const { contentHash } = await payroll.correct(draft());
    const posted = { correctionId: 'c-1', contentHash, approvals: approvalsOf(contentHash) };
    const [first, second] = await Promise.all([payroll.postCorrection(posted), payroll.postCorrection(posted)]);
    expect(second).toEqual(first);
    expect(await outboxOf(service)).toHaveLength(2);
  });

  test('may be corrected again, by the payslip that took its place', async () => {
    const { payroll } = environment;
    const { replacedBy = '' } = await correct();
    await expect(payroll.correct(draft(333_333, 'c-2'))).rejects.toMatchObject({ type: 'InvalidState' });
    payslipId = replacedBy;
    await correct(333_333, 'c-2');
    const { totals } = await frozenRun(payroll, { runId: 'r-2', period: '2026-03' });
    expect(totals).toMatchObject({ payable: 240_499 });
  });

  test('says neither who nor how much', async () => {
    await correct();
    const text = await outboxText(environment.service);
    for (const secret of ['240499', '216450', '300000', '24049', 'Ada', 'ada@example.org']) {
      expect(text).not.toContain(secret);
    }
  });
});

test('a payslip that is posted and not paid yet is paid as it is corrected, with its run', async () => {
  const { payroll, sealedTexts } = environment;
  await slipOf(postedRun(payroll, { runId }));
  await correct();
  expect(await payroll.payBatch({ runId })).toEqual({ paid: 1, left: 0 });
  const { sealed = '' } = await payroll.closeRun({ runId });
  expect(await sealedTexts.open(sealed, 'staff.2026-02')).toEqual({ amount: 216_450 });
  const { totals } = await frozenRun(payroll, { runId: 'r-2', period: '2026-03' });
  expect(totals).toMatchObject({ payable: 240_499 });
});

describe('a correction', () => {
  beforeEach(() => slipOf(postedRun(environment.payroll, { runId })));

  test('changes nothing before it is approved by two who have not written it', async () => {
    const { payroll } = environment;
    const { contentHash, authors } = await payroll.correct(draft());
    expect(authors).toEqual(['tester']);
    const post = (approvals: ReturnType<typeof approvalsOf>) =>
      payroll.postCorrection({ correctionId: 'c-1', contentHash, approvals });
    await expect(post([])).rejects.toMatchObject({ type: 'ApprovalMissing' });
    await expect(post(approvalsOf(contentHash, ['tester', 'carl']))).rejects.toMatchObject({ type: 'OwnApproval' });
    await expect(post(approvalsOf('another', ['petra', 'carl']))).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    expect((await payroll.listPayslips({ runId })).payslips).toMatchObject([{ payslipId, net: 240_499 }]);
  });

  test('is the same by its id, and a conflict with other content', async () => {
    const { payroll } = environment;
    expect(await payroll.correct(draft())).toEqual(await payroll.correct(draft()));
    await expect(payroll.correct(draft(1))).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  });

  test('is the only one of its payslip until it is given up', async () => {
    const { payroll } = environment;
    await payroll.correct(draft());
    await expect(payroll.correct(draft(1, 'c-2'))).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await payroll.cancelCorrection({ correctionId: 'c-1' })).toEqual({ wasPrepared: true });
    expect(await payroll.correct(draft(1, 'c-2'))).toMatchObject({ state: 'prepared' });
  });

  test('shows what it makes of the payslip to those who approve it', async () => {
    const { payroll } = environment;
    await payroll.correct(draft());
    expect(await payroll.findCorrectedPayslip({ correctionId: 'c-1' })).toMatchObject({ gross: 300_000, net: 216_450 });
    expect(await payroll.findCorrection({ correctionId: 'c-1' })).not.toHaveProperty('gross');
  });

  test('of a draft, of nothing, and below zero is refused', async () => {
    const { payroll } = environment;
    await payroll.importEmployees({ employees: [employee('e-2', { groupId: 'board' })] });
    await frozenRun(payroll, { runId: 'r-2', groupId: 'board' });
    const [other] = (await payroll.listPayslips({ runId: 'r-2' })).payslips;
    const ofDraft = payroll.correct({ ...draft(), payslipId: other?.payslipId ?? '' });
    await expect(ofDraft).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(payroll.correct({ ...draft(), payslipId: 'none' })).rejects.toMatchObject({ type: 'NotFound' });
    const negative = payroll.correct({ ...draft(1), deductions: [{ name: 'Loan', amount: 2 }] });
    await expect(negative).rejects.toMatchObject({ type: 'NegativeNet' });
  });
});
