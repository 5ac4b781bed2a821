import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  approvalsOf,
  calculateAll,
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

beforeAll(async () => {
  environment = await openPayroll();
});

beforeEach(async () => {
  await sql`
    truncate employees, runs, cancelled_runs, payslips, failures, exclusions, payments, returns, corrections, outbox
  `.execute(environment.service.database);
});

afterAll(() => environment?.service.stop());

const runId = 'r-1';
const month = { groupId: 'staff', period: '2026-02' };

async function importMany(count: number, change: Parameters<typeof employee>[1] = {}): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `e-${String(index).padStart(5, '0')}`);
  for (let from = 0; from < count; from += 1_000) {
    const employees = ids.slice(from, from + 1_000).map((id) => employee(id, change));
    await environment.payroll.importEmployees({ employees });
  }
}

describe('what is approved', () => {
  test('has a hash that changes with each amount, and says nothing of a small run', async () => {
    const { payroll } = environment;
    await importMany(1);
    const { contentHash } = await frozenRun(payroll, { runId });
    expect(await payroll.freezeRun({ runId, calculation: 1 })).toMatchObject({ contentHash });
    await payroll.importEmployees({
      employees: [employee('e-00000', { earnings: [{ name: 'Salary', amount: 333_334 }] })],
    });
    await payroll.recalculateRun({ runId, calculation: 2, by: 'paul' });
    await calculateAll(payroll, runId, 2);
    const changed = await payroll.freezeRun({ runId, calculation: 2 });
    expect(changed.contentHash).not.toBe(contentHash);
    await payroll.cancelRun({ runId });
    // The same again is another hash: it cannot be guessed from the salaries that are likely.
    const again = await frozenRun(payroll, { runId: 'r-2' });
    expect(again.totals).toEqual(changed.totals);
    expect(again.contentHash).not.toBe(changed.contentHash);
  });

  test.each([
    ['nothing', [], 'ApprovalMissing', ['petra', 'carl']],
    ['one of the two', [0], 'ApprovalMissing', ['petra', 'carl']],
    ['the preparer for a role', [0, 1], 'OwnApproval', ['paul', 'carl']],
    ['one person for both roles', [0, 1], 'AlreadyDecided', ['petra', 'petra']],
  ])('does not suffice with %s', async (_, given, type, people) => {
    const { payroll } = environment;
    await importMany(1);
    const { contentHash = '' } = await frozenRun(payroll, { runId });
    const approvals = approvalsOf(contentHash, people).filter((_, index) => given.includes(index));
    await expect(payroll.postRun({ runId, contentHash, approvals })).rejects.toMatchObject({ type });
    expect(await payroll.findLastRun(month)).toMatchObject({ state: 'frozen' });
  });

  test('is void with a recalculation, and with an exclusion', async () => {
    const { payroll } = environment;
    await importMany(2);
    const { contentHash = '' } = await frozenRun(payroll, { runId });
    const approved = { runId, contentHash, approvals: approvalsOf(contentHash) };
    await payroll.recalculateRun({ runId, calculation: 2, by: 'paul' });
    await expect(payroll.postRun(approved)).rejects.toMatchObject({ type: 'InvalidState' });
    await calculateAll(payroll, runId, 2);
    const second = await payroll.freezeRun({ runId, calculation: 2 });
    await payroll.excludeEmployee({ runId, employeeId: 'e-00001', by: 'paul', note: 'on leave' });
    const third = await payroll.freezeRun({ runId, calculation: 2 });
    expect(third.contentHash).not.toBe(second.contentHash);
    await expect(payroll.postRun(approved)).rejects.toMatchObject({ type: 'ApprovalOutdated' });
  });

  test('does not count of a delegate of who has prepared it', async () => {
    const { payroll } = environment;
    await importMany(1);
    const { contentHash = '' } = await frozenRun(payroll, { runId });
    const approvals = approvalsOf(contentHash).map((approval) => ({
      ...approval,
      roles: approval.roles.map(({ role }) =>
        role === 'cfo' ? { role, through: { kind: 'delegation' as const, of: 'paul' as never } } : { role },
      ),
    }));
    const posting = payroll.postRun({ runId, contentHash, approvals });
    await expect(posting).rejects.toMatchObject({ type: 'OwnApproval' });
  });

  test('does not count of who has recalculated it', async () => {
    const { payroll } = environment;
    await importMany(1);
    await frozenRun(payroll, { runId });
    await payroll.recalculateRun({ runId, calculation: 2, by: 'petra' });
    await calculateAll(payroll, runId, 2);
    const { contentHash = '' } = await payroll.freezeRun({ runId, calculation: 2 });
    const posting = payroll.postRun({ runId, contentHash, approvals: approvalsOf(contentHash) });
    await expect(posting).rejects.toMatchObject({ type: 'OwnApproval' });
  });
});

describe('a posted run', () => {
  test('says what it comes to with the same sealed text, however often it is posted', async () => {
    const { payroll, sealedTexts } = environment;
    await importMany(3);
    const { contentHash = '' } = await frozenRun(payroll, { runId });
    const approved = { runId, contentHash, approvals: approvalsOf(contentHash) };
    const [first, second] = await Promise.all([payroll.postRun(approved), payroll.postRun(approved)]);
    expect(second).toEqual(first);
    expect(first.payslips).toBe(3);
    expect(await sealedTexts.open(first.sealed ?? '', 'staff.2026-02')).toEqual({
      ...{ gross: 999_999, withheld: 278_502, net: 721_497 },
    });
    await expect(sealedTexts.open(first.sealed ?? '', 'board.2026-02')).rejects.toThrow('is about something else');
  });

  test('mails each payslip once, and only then', async () => {
    const { payroll, service } = environment;
    await importMany(5);
    const { contentHash = '' } = await frozenRun(payroll, { runId });
    await expect(payroll.sendPayslips({ runId })).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await outboxOf(service)).toEqual([]);
    await payroll.postRun({ runId, contentHash, approvals: approvalsOf(contentHash) });
    const sent = await Promise.all([1, 2, 3].map(() => payroll.sendPayslips({ runId, limit: 2 })));
    expect(sent.map((each) => each.sent).sort()).toEqual([1, 2, 2]);
    expect(await payroll.sendPayslips({ runId })).toEqual({ sent: 0, left: 0 });
    const commands = await outboxOf(service);
    const { payslips } = await payroll.listPayslips({ runId });
    expect(commands.map(({ subject }) => subject).sort()).toEqual(payslips.map(({ payslipId }) => payslipId).sort());
    expect(commands[0]?.name).toBe('SendPayslip');
    expect(await openedOf(environment, commands[0])).toEqual({ name: 'Ada Lovelace', email: 'ada@example.org' });
  });

  test('pays each payslip once, whoever pays at the same time', async () => {
    const { payroll, sealedTexts, service } = environment;
    await importMany(7);
    await postedRun(payroll, { runId });
    await expect(payroll.closeRun({ runId })).rejects.toMatchObject({ type: 'InvalidState' });
    const paid = await Promise.all([1, 2, 3, 4].map(() => payroll.payBatch({ runId, limit: 2 })));
    expect(paid.reduce((sum, each) => sum + each.paid, 0)).toBe(7);
    const closed = await payroll.closeRun({ runId });
    expect(await payroll.closeRun({ runId })).toEqual(closed);
    expect(closed).toMatchObject({ payslips: 7, run: { state: 'paid' } });
    expect(await sealedTexts.open(closed.sealed ?? '', 'staff.2026-02')).toEqual({ amount: 7 * 240_499 });
    const { rows } = await sql<{ paid: number }>`select sum(amount)::bigint as paid from payments`.execute(
      service.database,
    );
    expect(rows).toEqual([{ paid: 7 * 240_499 }]);
  });

  test('is paid before it is posted by nobody', async () => {
    const { payroll } = environment;
    await importMany(1);
    await frozenRun(payroll, { runId });
    await expect(payroll.payBatch({ runId })).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

describe('what the bank sends back', () => {
  test('is owed again, and the next run pays it', async () => {
    const { payroll, service } = environment;
    await importMany(1);
    await paidRun(payroll, { runId });
    const [slip] = (await payroll.listPayslips({ runId })).payslips;
    const salaryReturn = { payslipId: slip?.payslipId ?? '', bankReference: 'b-1', reason: 'account closed' };
    expect(await payroll.recordReturn(salaryReturn)).toEqual(salaryReturn);
    await payroll.recordReturn(salaryReturn);
    const another = payroll.recordReturn({ ...salaryReturn, bankReference: 'b-2' });
    await expect(another).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const [returned, ...others] = await outboxOf(service);
    expect(others).toEqual([]);
    expect(returned).toMatchObject({ name: 'SalaryReturned', subject: 'staff.2026-02' });
    expect(await openedOf(environment, returned)).toEqual({ amount: 240_499 });
    const { totals } = await frozenRun(payroll, { runId: 'r-2', period: '2026-03' });
    expect(totals).toMatchObject({ net: 240_499, payable: 2 * 240_499 });
  });

  test('can only be what was paid', async () => {
    const { payroll } = environment;
    await importMany(1);
    await postedRun(payroll, { runId });
    const [slip] = (await payroll.listPayslips({ runId })).payslips;
    const salaryReturn = { bankReference: 'b-1', reason: 'account closed' };
    const unpaid = payroll.recordReturn({ payslipId: slip?.payslipId ?? '', ...salaryReturn });
    await expect(unpaid).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(payroll.recordReturn({ payslipId: 'none', ...salaryReturn })).rejects.toMatchObject({
      type: 'NotFound',
    });
  });
});

test('what leaves the service says neither who nor how much', async () => {
  const { payroll, service } = environment;
  await importMany(2);
  await paidRun(payroll, { runId });
  await payroll.sendPayslips({ runId });
  const [slip] = (await payroll.listPayslips({ runId })).payslips;
  await payroll.recordReturn({ payslipId: slip?.payslipId ?? '', bankReference: 'b-1', reason: 'account closed' });
  const text = await outboxText(service);
  expect(text.length).toBeGreaterThan(500);
  for (const secret of ['240499', '333333', '92834', '480998', 'Ada', 'Lovelace', 'ada@example.org']) {
    expect(text).not.toContain(secret);
  }
});

test('nothing is paid before the pay day where it is, unless a person has decided so', async () => {
  const { payroll } = environment;
  await importMany(2);
  await postedRun(payroll, { runId });
  // Kiritimati is fourteen hours ahead: the day has come there, and not yet in London.
  const setPayDay = (day: string, zone: string) =>
    sql`update runs set pay_day = ${day}::date, time_zone = ${zone}`.execute(environment.service.database);
  await setPayDay('2999-01-01', 'Europe/London');
  const refused = { type: 'PayDayNotReached', detail: { field: 'runId' } };
  await expect(payroll.payBatch({ runId })).rejects.toMatchObject(refused);
  const { rows: none } = await sql`select 1 from payments`.execute(environment.service.database);
  expect(none).toEqual([]);
  expect(await payroll.payBatch({ runId, limit: 1, decidedBy: 'petra' })).toEqual({ paid: 1, left: 1 });
  await expect(payroll.payBatch({ runId })).rejects.toMatchObject(refused);
  const { rows } = await sql`select paid_early_by as by from runs`.execute(environment.service.database);
  expect(rows).toEqual([{ by: 'petra' }]);
  const inKiritimati = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' }).format();
  await setPayDay(inKiritimati, 'Pacific/Kiritimati');
  expect(await payroll.payBatch({ runId })).toEqual({ paid: 1, left: 0 });
});
