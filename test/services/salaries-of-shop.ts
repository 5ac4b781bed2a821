import { createEvent, decodeEvent } from '../../events/integration-event.ts';
import { payrollContract } from '../../services/payroll/contract.ts';
import { payrollHandlers } from '../../services/payroll/server.ts';
import type { Shop } from './audit-shop.ts';
import { approvalsOf, employee, employer, temporarySealedTexts } from './payroll-environment.ts';

const { operations } = payrollContract;
const paidMonth = { groupId: 'staff', period: '2026-02' } as const;
const subject = `${paidMonth.groupId}.${paidMonth.period}`;

/** A month of three employees, of whom one was left out; a payslip was corrected, and what was paid on another one came back. */
export async function paySalaries(shop: Shop): Promise<void> {
  const sealedTexts = temporarySealedTexts();
  const payroll = payrollHandlers(shop.of('payroll'), sealedTexts, employer);
  const context = { principal: { subject: 'petra', roles: ['payroll'] } } as never;
  const runId = 'run-1' as never;
  const people = ['ada', 'bea', 'cy'].map((id) => employee(id, { email: `${id}@example.org` }));
  await payroll.importEmployees(operations.importEmployees.input.parse({ employees: people }), context);
  const opened = { runId, ...paidMonth, currency: 'EUR', payDay: '2026-02-25', preparedBy: 'paul' };
  await payroll.openRun(operations.openRun.input.parse(opened), context);
  await payroll.calculateBatch({ runId, calculation: 1, limit: 100 }, context);
  await payroll.excludeEmployee({ runId, employeeId: 'cy' as never, by: 'paul' as never, note: 'on leave' }, context);
  const { contentHash = '' } = await payroll.freezeRun({ runId, calculation: 1 }, context);
  const posted = await payroll.postRun({ runId, contentHash, approvals: approvalsOf(contentHash) }, context);
  await payroll.sendPayslips({ runId, limit: 100 }, context);
  await payroll.payBatch({ runId, limit: 100 }, context);
  const closed = await payroll.closeRun({ runId }, context);
  const { payslips } = await payroll.listPayslips({ runId, limit: 100 }, context);
  const [corrected, returned] = payslips.map(({ payslipId }) => payslipId);
  const correctionId = 'c-1' as never;
  const correction = { correctionId, payslipId: corrected as never, earnings: [{ name: 'Salary', amount: 300_000 }] };
  const prepared = await payroll.correct({ ...correction, reason: 'too much' }, context);
  const approvals = approvalsOf(prepared.contentHash, ['paul', 'carl']);
  await payroll.postCorrection({ correctionId, contentHash: prepared.contentHash, approvals }, context);
  const salaryReturn = { payslipId: returned as never, bankReference: 'b-1', reason: 'closed' };
  await payroll.recordReturn(salaryReturn, context);

  const month = { ...paidMonth, groupId: paidMonth.groupId as never, currency: 'EUR' } as const;
  const envelope = {
    ...{ origin: 'payroll/staff/2026-02', subject, correlationId: subject, causationId: 'payroll/staff/2026-02' },
    time: '2026-02-20T12:00:00.000Z',
  };
  const ofPosted = { ...month, payslips: posted.payslips, contentHash, sealed: posted.sealed as never };
  const ofPaid = { ...month, payslips: closed.payslips, sealed: closed.sealed as never };
  for (const event of [
    createEvent({ ...envelope, name: 'SalaryPosted', sequence: 1, data: ofPosted }),
    createEvent({ ...envelope, name: 'SalaryPaid', sequence: 2, data: ofPaid }),
    ...(await shop.outboxOf('payroll')).map((body) => decodeEvent(Buffer.from(body))),
  ]) {
    if (!(event.name in shop.postings)) continue;
    await shop.post(event, await sealedTexts.open(String('sealed' in event.data && event.data.sealed), event.subject));
  }
  await shop.run(`
    update payroll.outbox set published_at = now();
    insert into notification.mails (message_id, event_id, template, subject_kind, subject_id)
    select '<' || payslip_id || '>', payslip_id, 'payslip', 'payslip', payslip_id from payroll.payslips`);
}
