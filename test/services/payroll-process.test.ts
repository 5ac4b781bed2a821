import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { payrollWorkflowId } from '../../workflows/payroll/messages.ts';
import type { RawPayload } from '../raw-payloads.ts';
import { employee, outboxOf, outboxText } from './payroll-environment.ts';
import { newGroup, PayrollProcessEnvironment } from './payroll-process-environment.ts';

let environment: PayrollProcessEnvironment;

beforeAll(async () => {
  environment = await PayrollProcessEnvironment.create();
});

afterAll(() => environment?.close());

let groupId: string;
let payrollId: string;
let payDay: string;

beforeEach(async () => {
  payDay = await environment.payDay();
  groupId = newGroup();
  payrollId = `${groupId}/2026-02`;
  environment.calls.length = 0;
  environment.published.length = 0;
  environment.interfere = () => undefined;
});

const idOf = (index: number) => `${groupId}-${String(index).padStart(5, '0')}`;

async function importMany(count: number, change: Parameters<typeof employee>[1] = {}): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const employees = Array.from({ length: Math.min(1_000, count - from) }, (_, index) =>
      employee(idOf(from + index), { groupId, ...change }),
    );
    await environment.service.payroll.importEmployees({ employees });
  }
}

const prepare = (preparedBy = 'paul') =>
  environment.payrolls.prepare({ payrollId, currency: 'EUR', payDay, preparedBy } as never);

const decided = (by: string) => ({ by, issuer: 'test', note: 'looks right' });

async function untilState(state: string) {
  const reached = await waitUntil(async () => (await environment.payrolls.status(payrollId)).state === state, {
    within: 30_000,
    every: 20,
  });
  const status = await environment.payrolls.status(payrollId);
  if (!reached) throw new Error(`it is ${status.state}, and not ${state}: ${JSON.stringify(status)}`);
  return status;
}

async function approve(...people: string[]) {
  const { contentHash: version = '' } = await untilState('awaiting-approval');
  for (const by of people) await environment.payrolls.approve(payrollId, { version, ...decided(by) });
}

/** Not even a total, a hash or the name of a step is written in clear. */
function requireSealed(payloads: readonly RawPayload[]): void {
  expect(payloads.length).toBeGreaterThan(10);
  // When a local activity ran the SDK itself keeps, and seals it nowhere.
  const ofProcess = payloads.filter(({ place }) => place !== 'markerRecordedEventAttributes.details.data.payloads');
  expect(ofProcess.filter(({ encoding }) => encoding !== 'binary/encrypted')).toEqual([]);
  const texts = payloads.map(({ text }) => text).join('\n');
  for (const secret of ['240499', '333333', '1202495000', 'Lovelace', 'ada@example.org', 'petra']) {
    expect(texts.includes(secret)).toBe(false);
  }
}

describe('a payroll', () => {
  test('is calculated, approved, posted, told and paid, in this order', async () => {
    await importMany(3);
    await prepare();
    const { totals, counts, approval } = await untilState('awaiting-approval');
    expect(counts).toEqual({ payslips: 3, failed: 0, excluded: 0 });
    expect(totals).toMatchObject({ gross: 999_999, net: 721_497 });
    expect(approval).toMatchObject({ required: ['payroll', 'cfo'], missing: ['payroll', 'cfo'], authors: ['paul'] });
    await approve('petra', 'carl');
    const { waitingFor } = await untilState('awaiting-pay-day');
    expect(waitingFor?.until).toBe(`${payDay}T06:00:00.000Z`);
    expect(environment.published.map(({ name }) => name)).toEqual(['SalaryPosted']);
    const result = await environment.result(payrollId);
    expect(result).toMatchObject({ outcome: 'completed', payslipsSent: 3, payslipsPaid: 3 });
    expect(environment.published.map(({ name }) => name)).toEqual(['SalaryPosted', 'SalaryPaid']);
    const subject = `${groupId}.2026-02`;
    expect(await environment.opened('SalaryPosted', subject)).toEqual({
      ...{ gross: 999_999, withheld: 278_502, net: 721_497 },
    });
    expect(await environment.opened('SalaryPaid', subject)).toEqual({ amount: 721_497 });
    const { calls } = environment;
    expect(calls.indexOf('publishMilestones')).toBeGreaterThan(calls.indexOf('postRun'));
    expect(calls.indexOf('sendPayslips')).toBeGreaterThan(calls.indexOf('publishMilestones'));
    expect(calls.indexOf('payBatches')).toBeGreaterThan(calls.indexOf('sendPayslips'));
  });

  test('is paid at once when it is told so', async () => {
    await importMany(1);
    await prepare();
    await approve('petra', 'carl');
    await untilState('awaiting-pay-day');
    await environment.payrolls.pay(payrollId, decided('petra'));
    expect(await environment.result(payrollId)).toMatchObject({ outcome: 'completed' });
    const { endedAt } = (await environment.payrolls.status(payrollId)).steps.at(-1) ?? {};
    expect(Date.parse(endedAt ?? '')).toBeLessThan(Date.parse(`${payDay}T00:00:00Z`));
  });

  test('is one a month, while it runs and when it is paid', async () => {
    await importMany(1);
    await prepare();
    await expect(prepare()).rejects.toMatchObject({ type: 'RunInProgress' });
    await approve('petra', 'carl');
    await environment.result(payrollId);
    await prepare();
    expect(await environment.result(payrollId)).toMatchObject({
      ...{ outcome: 'refused', reason: { type: 'RunInProgress' }, undone: [] },
    });
  });

  test('that is cancelled owes nothing, and makes room for the next one', async () => {
    await importMany(1);
    await prepare();
    await untilState('awaiting-approval');
    expect(await environment.payrolls.cancel(payrollId)).toMatchObject({
      ...{ outcome: 'cancelled', undone: ['discard the run'] },
    });
    await prepare();
    await untilState('awaiting-approval');
    expect(await environment.payrolls.cancel(payrollId)).toMatchObject({ outcome: 'cancelled' });
    expect(environment.published).toEqual([]);
  });
});

describe('approvals', () => {
  test('are taken of no preparer, not twice of one person, and of none without the role', async () => {
    await importMany(1);
    await prepare();
    const { contentHash: version = '' } = await untilState('awaiting-approval');
    const vote = (by: string, of = version) => environment.payrolls.approve(payrollId, { version: of, ...decided(by) });
    await expect(vote('paul')).rejects.toMatchObject({ type: 'OwnApproval' });
    await expect(vote('mary')).rejects.toMatchObject({ type: 'NotAnApprover' });
    await expect(vote('carl', 'another')).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    await vote('carl');
    await expect(vote('carl')).rejects.toMatchObject({ type: 'AlreadyDecided' });
    expect(environment.calls).not.toContain('postRun');
    await vote('petra');
    await untilState('awaiting-pay-day');
  });

  test('are void with a recalculation, and asked for again', async () => {
    await importMany(1);
    await prepare();
    const { contentHash: first } = await untilState('awaiting-approval');
    await approve('carl');
    await importMany(1, { earnings: [{ name: 'Salary', amount: 300_000 }] });
    await environment.payrolls.recalculate(payrollId, decided('paul'));
    await waitUntil(
      async () => {
        const { approval } = await environment.payrolls.status(payrollId);
        return approval?.version !== first && approval?.missing.length === 2;
      },
      { within: 30_000, every: 20 },
    );
    const { totals, contentHash } = await untilState('awaiting-approval');
    expect(totals).toMatchObject({ net: 216_450 });
    expect(contentHash).not.toBe(first);
    const outdated = environment.payrolls.approve(payrollId, { version: first ?? '', ...decided('petra') });
    await expect(outdated).rejects.toMatchObject({ type: 'ApprovalOutdated' });
    await approve('petra', 'carl');
    await untilState('awaiting-pay-day');
  });

  test('of a payroll that is rejected end it, and undo it', async () => {
    await importMany(1);
    await prepare();
    const { contentHash: version = '' } = await untilState('awaiting-approval');
    await environment.payrolls.reject(payrollId, { version, ...decided('carl') });
    expect(await environment.result(payrollId)).toMatchObject({
      ...{ outcome: 'refused', reason: { type: 'PayrollRejected' }, undone: ['discard the run'] },
    });
  });

  test('that nobody gives are over after fourteen days, with reminders meanwhile', async () => {
    await importMany(1);
    await prepare();
    expect(await environment.result(payrollId)).toMatchObject({
      ...{ outcome: 'refused', reason: { type: 'PayrollNotApproved' } },
    });
    const asked = (await outboxOf(environment.service.service)).filter(
      ({ name, subject }) => name === 'SendPayrollApprovalRequest' && subject === `${groupId}.2026-02`,
    );
    // Twice: of petra and of carl; paul has prepared it. On day 0, and on days 2 to 13.
    expect(asked).toHaveLength(2 * 13);
  });
});

describe('months that cannot be calculated', () => {
  const wrong = { deductions: [{ name: 'Loan', amount: 400_000 }] };

  test('wait until they are corrected and recalculated', async () => {
    await importMany(3);
    await environment.service.payroll.importEmployees({ employees: [employee(idOf(1), { groupId, ...wrong })] });
    await prepare();
    const { counts } = await untilState('needs-correction');
    expect(counts).toEqual({ payslips: 2, failed: 1, excluded: 0 });
    await environment.service.payroll.importEmployees({ employees: [employee(idOf(1), { groupId })] });
    await environment.payrolls.recalculate(payrollId, decided('paul'));
    expect(await untilState('awaiting-approval')).toMatchObject({ counts: { payslips: 3, failed: 0 } });
  });

  test('or until the employees are excluded, whoever does that is an author', async () => {
    await importMany(2);
    await environment.service.payroll.importEmployees({ employees: [employee(idOf(1), { groupId, ...wrong })] });
    await prepare();
    await untilState('needs-correction');
    const unknown = environment.payrolls.exclude(payrollId, { employeeId: 'none', ...decided('petra') } as never);
    await expect(unknown).rejects.toMatchObject({ type: 'NotFound' });
    await environment.payrolls.exclude(payrollId, { employeeId: idOf(1), ...decided('petra') } as never);
    const { counts, approval } = await untilState('awaiting-approval');
    expect(counts).toEqual({ payslips: 1, failed: 0, excluded: 1 });
    expect(approval?.authors).toEqual(['paul', 'petra']);
  });

  test('an employee who is excluded while it is approved makes another content of it', async () => {
    await importMany(2);
    await prepare();
    await approve('carl');
    await environment.payrolls.exclude(payrollId, { employeeId: idOf(1), ...decided('paul') } as never);
    await waitUntil(async () => (await environment.payrolls.status(payrollId)).counts?.payslips === 1, {
      ...{ within: 30_000, every: 20 },
    });
    await approve('petra', 'carl');
    expect(await environment.result(payrollId)).toMatchObject({
      ...{ outcome: 'completed', payslipsPaid: 1, totals: { net: 240_499 } },
    });
  });
});

describe('a worker that dies while', () => {
  test.each(['openRun', 'calculateBatches', 'freezeRun', 'postRun', 'sendPayslips', 'payBatches', 'closeRun'] as const)(
    '%s is answered makes the call again, and nothing is posted, mailed or paid twice',
    async (lost) => {
      const lostOnce = new Set<string>();
      environment.interfere = (call) => {
        if (call !== lost || lostOnce.has(call)) return;
        lostOnce.add(call);
        throw new Error('the answer is lost');
      };
      await importMany(2);
      await prepare();
      await approve('petra', 'carl');
      expect(await environment.result(payrollId)).toMatchObject({ outcome: 'completed' });
      expect(environment.calls.filter((call) => call === lost).length).toBeGreaterThan(1);
      expect(environment.published.map(({ name }) => name)).toEqual(['SalaryPosted', 'SalaryPaid']);
      expect(await environment.opened('SalaryPaid', `${groupId}.2026-02`)).toEqual({ amount: 480_998 });
      const { runId = '' } = await environment.payrolls.status(payrollId);
      const { payslips } = await environment.service.payroll.listPayslips({ runId });
      const mailed = (await outboxOf(environment.service.service)).filter(({ subject }) =>
        payslips.some(({ payslipId }) => payslipId === subject),
      );
      expect(mailed).toHaveLength(2);
    },
  );
});

test('a correction takes a payslip back when two others have approved it', async () => {
  await importMany(1);
  await prepare();
  await approve('petra', 'carl');
  const { runId = '' } = await environment.result(payrollId);
  const { payroll, service } = environment.service;
  const [slip] = (await payroll.listPayslips({ runId })).payslips;
  const correctionId = `c-${groupId}`;
  const { contentHash: version } = await payroll.correct({
    ...{ correctionId, payslipId: slip?.payslipId ?? '', reason: 'a day without pay' },
    earnings: [{ name: 'Salary', amount: 300_000 }],
  });
  await environment.corrections.begin(correctionId);
  await environment.corrections.begin(correctionId);
  await waitUntil(async () => (await environment.corrections.status(correctionId)).state === 'awaiting-approval', {
    ...{ within: 30_000, every: 20 },
  });
  for (const by of ['petra', 'carl']) {
    await environment.corrections.approve(correctionId, { version, ...decided(by) });
  }
  const result = await environment.corrections.waitForResult(correctionId);
  expect(result).toMatchObject({ outcome: 'completed', payslipId: slip?.payslipId });
  const reversals = (await outboxOf(service)).filter(({ name }) => name === 'SalaryReversed');
  expect(reversals).toMatchObject([{ data: { correctionId, replacedBy: result.replacedBy } }]);
  requireSealed((await environment.history(`payroll-correction/${correctionId}`)).payloads);
});

test('a payroll of 5,000 keeps a small history, which says neither who nor how much', async () => {
  await importMany(5_000);
  await prepare();
  await approve('petra', 'carl');
  const result = await environment.result(payrollId);
  expect(result).toMatchObject({
    ...{ outcome: 'completed', payslipsSent: 5_000, payslipsPaid: 5_000 },
    totals: { gross: 1_666_665_000, withheld: 464_170_000, net: 1_202_495_000 },
  });
  const { payloads, events } = await environment.history(payrollWorkflowId(payrollId));
  expect(events).toBeLessThan(500);
  requireSealed(payloads);
  expect(await outboxText(environment.service.service)).not.toMatch(/240499|Lovelace|ada@example/);
});
