import type { PayrollClient } from '../client/payroll-client.ts';
import type { PayrollCorrectionClient } from '../client/payroll-correction-client.ts';
import type { ServiceClients } from '../client/services.ts';
import type { PayrollCorrectionId } from '../contracts/identifiers.ts';
import type { PayrollId } from '../workflows/payroll/contract.ts';
import type { ApiHandlers } from './caller.ts';
import { following, type Within } from './following.ts';
import type { payrollOperations } from './payroll-contract.ts';

interface Clients {
  readonly payrolls: PayrollClient;
  readonly corrections: PayrollCorrectionClient;
}

const idOf = ({ groupId, period }: { readonly groupId: string; readonly period: string }) =>
  `${groupId}/${period}` as PayrollId;

/** Processes act for who calls, by their token; what is of one person the service answers to that token itself. */
export function payrollHandlers(
  { payrolls, corrections }: Clients,
  { payroll }: Pick<ServiceClients, 'payroll'>,
  within: Within,
): ApiHandlers<typeof payrollOperations> {
  return {
    importEmployees: (input, { call }) => payroll.importEmployees(input, call),
    preparePayroll: ({ groupId, period, ...input }, caller) =>
      within(caller, async () => {
        const payrollId = idOf({ groupId, period });
        await payrolls.prepare({ payrollId, ...input, preparedBy: caller.actor.by });
        return { payrollId };
      }),
    readPayroll: (month, caller) => within(caller, async () => following(payrolls).read(idOf(month)) as never),
    async listPayrollFailures({ groupId, period, ...page }, { call }) {
      const { runId } = await payroll.findLastRun({ groupId, period }, call);
      return payroll.listRunFailures({ runId, ...page }, call);
    },
    async listPayrollPayslips({ groupId, period, ...page }, { call }) {
      const { runId } = await payroll.findLastRun({ groupId, period }, call);
      return payroll.listPayslips({ runId, ...page }, call);
    },
    excludeEmployee: ({ employeeId, note, ...month }, caller) =>
      within(caller, () => payrolls.exclude(idOf(month), { employeeId, note, ...caller.actor })),
    recalculatePayroll: ({ note, ...month }, caller) =>
      within(caller, () => payrolls.recalculate(idOf(month), { note, ...caller.actor })),
    approvePayroll: ({ version, note, ...month }, caller) =>
      within(caller, async () => payrolls.approve(idOf(month), { version, note, ...caller.actor }) as never),
    rejectPayroll: ({ version, note, ...month }, caller) =>
      within(caller, () => payrolls.reject(idOf(month), { version, note, ...caller.actor })),
    payPayroll: ({ note, ...month }, caller) =>
      within(caller, () => payrolls.pay(idOf(month), { note, ...caller.actor })),
    cancelPayroll: (month, caller) => within(caller, async () => payrolls.cancel(idOf(month)) as never),
    async correctPayslip(draft, caller) {
      const prepared = await payroll.correct(draft, caller.call);
      if (prepared.state === 'prepared') await within(caller, () => corrections.begin(prepared.correctionId));
      return prepared;
    },
    readCorrection: ({ correctionId }, caller) =>
      within(caller, async () => following(corrections).read(correctionId as PayrollCorrectionId) as never),
    findCorrectedPayslip: (input, { call }) => payroll.findCorrectedPayslip(input, call),
    approveCorrection: ({ correctionId, version, note }, caller) =>
      within(caller, async () => corrections.approve(correctionId, { version, note, ...caller.actor }) as never),
    rejectCorrection: ({ correctionId, version, note }, caller) =>
      within(caller, () => corrections.reject(correctionId, { version, note, ...caller.actor })),
    recordSalaryReturn: (input, { call }) => payroll.recordReturn(input, call),
    findPayslip: (input, { call }) => payroll.findPayslip(input, call),
    readPayslipDocument: (input, { call }) => payroll.readPayslipDocument(input, call),
  };
}
