import type { Kysely } from 'kysely';
import { actorOf } from '../../platform/access/principal.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import { askApprovers } from './approvers.ts';
import { calculateBatch, excludeEmployee, listRunFailures, recalculateRun } from './calculation.ts';
import type { payrollContract } from './contract.ts';
import {
  cancelCorrection,
  findCorrectedPayslip,
  findCorrection,
  postCorrection,
  prepareCorrection,
} from './corrections.ts';
import { importEmployees } from './employees.ts';
import type { Employer } from './employer.ts';
import { closeRun, payBatch, recordReturn } from './payment.ts';
import { findPayslip, listPayslips, readPayslipDocument } from './payslips.ts';
import { freezeRun, postRun, sendPayslips } from './posting.ts';
import { cancelRun, findLastRun, openRun } from './runs.ts';

/**
 * @param sealedTexts seals the parts of events that say who, or how much
 * @param employer who pays, as it stands on payslips
 * @param clock by which a pay day has come
 */
export function payrollHandlers(
  database: Kysely<unknown>,
  sealedTexts: SealedTexts,
  employer: Employer,
  clock: () => Promise<Date> = async () => new Date(),
): HttpHandlers<typeof payrollContract> {
  return {
    importEmployees: ({ employees }) => importEmployees(database, employees),
    openRun: (run) => openRun(database, run),
    calculateBatch: (batch) => calculateBatch(database, batch),
    recalculateRun: (run) => recalculateRun(database, run),
    excludeEmployee: (exclusion) => excludeEmployee(database, exclusion),
    freezeRun: (run) => freezeRun(database, run),
    postRun: (run) => postRun(database, sealedTexts, run),
    sendPayslips: (run) => sendPayslips(database, sealedTexts, run),
    payBatch: async (run) => payBatch(database, run, await clock()),
    closeRun: (run) => closeRun(database, sealedTexts, run),
    cancelRun: ({ runId }) => cancelRun(database, runId),
    findLastRun: (month) => findLastRun(database, month),
    askApprovers: (asked) => askApprovers(database, sealedTexts, asked),
    listRunFailures: async (page) => ({ failures: await listRunFailures(database, page) }),
    listPayslips: async (page) => ({ payslips: await listPayslips(database, page) }),
    correct: (draft, context) => prepareCorrection(database, draft, actorOf(context)),
    postCorrection: (correction) => postCorrection(database, sealedTexts, correction),
    cancelCorrection: ({ correctionId }) => cancelCorrection(database, correctionId),
    findCorrection: ({ correctionId }) => findCorrection(database, correctionId),
    findCorrectedPayslip: ({ correctionId }) => findCorrectedPayslip(database, correctionId),
    findPayslip: ({ payslipId }, { principal }) => findPayslip(database, payslipId, principal),
    readPayslipDocument: ({ payslipId }, { principal }) =>
      readPayslipDocument(database, employer, payslipId, principal),
    recordReturn: (salaryReturn) => recordReturn(database, sealedTexts, salaryReturn),
  };
}
