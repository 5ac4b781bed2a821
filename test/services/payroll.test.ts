import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  approvalsOf,
  calculateAll,
  employee,
  frozenRun,
  openPayroll,
  type PayrollEnvironment,
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
const opened = { runId, ...month, currency: 'EUR' as const, payDay: '2026-02-25', preparedBy: 'paul' };

async function importMany(count: number, change: Parameters<typeof employee>[1] = {}): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `e-${String(index).padStart(5, '0')}`);
  for (let from = 0; from < count; from += 1_000) {
    const employees = ids.slice(from, from + 1_000).map((id) => employee(id, change));
    await environment.payroll.importEmployees({ employees });
  }
}

describe('a payslip', () => {
  test('rounds each deduction half up by itself, and the net salary is what they leave', async () => {
    const { payroll } = environment;
    await importMany(1);
    await frozenRun(payroll, { runId });
    const { payslips } = await payroll.listPayslips({ runId });
    expect(payslips).toMatchObject([
      {
        ...{ employeeId: 'e-00000', name: 'Ada Lovelace', gross: 333_333, withheld: 92_834, net: 240_499 },
        deductions: [
          { name: 'Income tax', amount: 61_667 },
          { name: 'Social insurance', amount: 31_167 },
        ],
        ...{ carried: 0, payable: 240_499, state: 'draft', payDay: '2026-02-25' },
      },
    ]);
  });

  test('has deductions of a fixed amount as well', async () => {
    const { payroll } = environment;
    const deductions = [
      { name: 'Income tax', rate: 1_850 },
      { name: 'Loan', amount: 10_000 },
    ];
    await payroll.importEmployees({ employees: [employee('e-1', { deductions })] });
    await frozenRun(payroll, { runId });
    const { payslips } = await payroll.listPayslips({ runId });
    expect(payslips).toMatchObject([{ withheld: 71_667, net: 261_666 }]);
  });

  test('is for who is employed on any day of the month', async () => {
    const { payroll } = environment;
    const employees = [
      employee('ended-before', { employedUntil: '2026-01-31' }),
      employee('ends-on-the-first', { employedUntil: '2026-02-01' }),
      employee('begins-on-the-last', { employedFrom: '2026-02-28' }),
      employee('begins-after', { employedFrom: '2026-03-01' }),
      employee('another-group', { groupId: 'board' }),
    ];
    await payroll.importEmployees({ employees });
    await frozenRun(payroll, { runId });
    const { payslips } = await payroll.listPayslips({ runId });
    expect(payslips.map(({ employeeId }) => employeeId)).toEqual(['begins-on-the-last', 'ends-on-the-first']);
  });
});

describe('a run', () => {
  test('of 5,000 comes to what the books expect', async () => {
    const { payroll } = environment;
    await importMany(5_000);
    const { totals, counts, payAt } = await frozenRun(payroll, { runId });
    expect(counts).toEqual({ payslips: 5_000, failed: 0, excluded: 0 });
    expect(totals).toEqual({
      ...{ gross: 1_666_665_000, withheld: 464_170_000, net: 1_202_495_000, payable: 1_202_495_000 },
    });
    expect(payAt).toBe('2026-02-25T06:00:00.000Z');
  });

  test('pays in the morning of the pay day where it is', async () => {
    const { payAt } = await environment.payroll.openRun({ ...opened, timeZone: 'Europe/Berlin' });
    expect(payAt).toBe('2026-02-25T05:00:00.000Z');
  });

  test('is the only one of its month, also as a draft and when it is paid', async () => {
    const { payroll } = environment;
    await importMany(1);
    await payroll.openRun(opened);
    const refused = { type: 'RunInProgress', detail: { field: 'period' } };
    await expect(payroll.openRun({ ...opened, runId: 'r-2' })).rejects.toMatchObject(refused);
    await expect(payroll.openRun({ ...opened, runId: 'r-2', period: '2026-03' })).rejects.toMatchObject(refused);
    await calculateAll(payroll, runId);
    const { contentHash = '' } = await payroll.freezeRun({ runId, calculation: 1 });
    await payroll.postRun({ runId, contentHash, approvals: approvalsOf(contentHash) });
    await payroll.payBatch({ runId });
    await payroll.closeRun({ runId });
    await expect(payroll.openRun({ ...opened, runId: 'r-2' })).rejects.toMatchObject(refused);
  });

  test('is opened once, and is another one with other content', async () => {
    const { payroll } = environment;
    expect(await payroll.openRun(opened)).toEqual(await payroll.openRun(opened));
    const other = { ...opened, payDay: '2026-02-26' };
    await expect(payroll.openRun(other)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  });

  test('that was cancelled makes room, and one that was cancelled before it came is refused', async () => {
    const { payroll } = environment;
    await importMany(1);
    await frozenRun(payroll, { runId });
    expect(await payroll.cancelRun({ runId })).toEqual({ wasOpen: true });
    expect(await payroll.cancelRun({ runId: 'r-2' })).toEqual({ wasOpen: false });
    await expect(payroll.openRun({ ...opened, runId: 'r-2' })).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await postedRun(payroll, { runId: 'r-3' })).toMatchObject({ state: 'posted' });
    await expect(payroll.cancelRun({ runId: 'r-3' })).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await payroll.findLastRun(month)).toMatchObject({ runId: 'r-3' });
  });

  test('keeps whose month cannot be calculated, without an amount, and goes on', async () => {
    const { payroll } = environment;
    const employees = [
      employee('e-1'),
      employee('e-2', { deductions: [{ name: 'Loan', amount: 400_000 }] }),
      employee('e-3', { currency: 'USD' }),
    ];
    await payroll.importEmployees({ employees });
    await payroll.openRun(opened);
    expect((await payroll.calculateBatch({ runId, calculation: 1 })).counts).toEqual({
      ...{ payslips: 1, failed: 2, excluded: 0 },
    });
    const { failures } = await payroll.listRunFailures({ runId });
    expect(failures).toEqual([
      { employeeId: 'e-2', reason: { type: 'NegativeNet', message: 'the deductions are more than the earnings' } },
      { employeeId: 'e-3', reason: { type: 'CurrencyMismatch', message: 'the salary is in USD, the run in EUR' } },
    ]);
    await expect(payroll.freezeRun({ runId, calculation: 1 })).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('goes on once a failure is corrected and another one excluded', async () => {
    const { payroll } = environment;
    const wrong = { deductions: [{ name: 'Loan', amount: 400_000 }] };
    await payroll.importEmployees({ employees: [employee('e-1', wrong), employee('e-2', wrong)] });
    await payroll.openRun(opened);
    await calculateAll(payroll, runId);
    const exclusion = { runId, employeeId: 'e-2', by: 'paul', note: 'on leave' };
    expect(await payroll.excludeEmployee(exclusion)).toMatchObject({ counts: { failed: 1, excluded: 1 } });
    expect(await payroll.excludeEmployee(exclusion)).toMatchObject({ counts: { failed: 1, excluded: 1 } });
    await payroll.importEmployees({ employees: [employee('e-1')] });
    expect(await payroll.recalculateRun({ runId, calculation: 2, by: 'rita' })).toMatchObject({
      authors: ['paul', 'rita'],
    });
    await calculateAll(payroll, runId, 2, 1);
    expect(await payroll.freezeRun({ runId, calculation: 2 })).toMatchObject({
      counts: { payslips: 1, failed: 0, excluded: 1 },
      totals: { net: 240_499 },
    });
  });

  test('leaves out who has a payslip of the month elsewhere', async () => {
    const { payroll } = environment;
    await importMany(1);
    await postedRun(payroll, { runId });
    await importMany(1, { groupId: 'board' });
    await payroll.openRun({ ...opened, runId: 'r-2', groupId: 'board' });
    await calculateAll(payroll, 'r-2');
    const { failures } = await payroll.listRunFailures({ runId: 'r-2' });
    expect(failures).toMatchObject([{ employeeId: 'e-00000', reason: { type: 'PaidInOtherGroup' } }]);
  });

  test('forgets the payslip of who has left by the next calculation', async () => {
    const { payroll } = environment;
    await importMany(2);
    await payroll.openRun(opened);
    await calculateAll(payroll, runId);
    await payroll.importEmployees({ employees: [employee('e-00000', { employedUntil: '2026-01-31' })] });
    await payroll.recalculateRun({ runId, calculation: 2, by: 'paul' });
    await calculateAll(payroll, runId, 2);
    expect(await payroll.freezeRun({ runId, calculation: 2 })).toMatchObject({
      counts: { payslips: 1 },
      totals: { net: 240_499 },
    });
  });

  test('without anyone is not frozen', async () => {
    const { payroll } = environment;
    await payroll.openRun(opened);
    await calculateAll(payroll, runId);
    await expect(payroll.freezeRun({ runId, calculation: 1 })).rejects.toMatchObject({ type: 'InvalidState' });
  });
});
