import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAuthenticator } from '../../platform/access/authenticator.ts';
import { accessVariables, tokenOf } from '../identities.ts';
import { employee, frozenRun, openPayroll, type PayrollEnvironment, postedRun } from './payroll-environment.ts';

let environment: PayrollEnvironment;
let payslipId: string;

beforeAll(async () => {
  environment = await openPayroll(readAuthenticator(await accessVariables()));
  const office = environment.as(tokenOf('payroll', 'payroll-worker'));
  // The subject of a token of these roles, see the identities.
  await office.importEmployees({ employees: [employee('e-1', { subject: 'employee' })] });
  await postedRun(office, { runId: 'r-1' });
  const [slip] = (await office.listPayslips({ runId: 'r-1' })).payslips;
  payslipId = slip?.payslipId ?? '';
});

afterAll(() => environment?.service.stop());

test('a payslip is for its employee, and for who does the payroll', async () => {
  const own = await environment.as(tokenOf('employee')).findPayslip({ payslipId });
  expect(own).toMatchObject({ employeeId: 'e-1', net: 240_499 });
  expect(own).not.toHaveProperty('subject');
  expect(await environment.as(tokenOf('payroll')).findPayslip({ payslipId })).toEqual(own);
});

test('a payslip is a PDF for the same people, and for them only once it is posted', async () => {
  const own = await environment.as(tokenOf('employee')).readPayslipDocument({ payslipId });
  expect(own).toMatchObject({ payslipId, name: `payslip-${payslipId}.pdf`, type: 'application/pdf' });
  expect(Buffer.from(own.content, 'base64').toString('latin1')).toMatch(/^%PDF-1\.7/);
  expect(await environment.as(tokenOf('payroll')).readPayslipDocument({ payslipId })).toEqual(own);
  const office = environment.as(tokenOf('payroll', 'payroll-worker'));
  await frozenRun(office, { runId: 'r-draft', period: '2026-03' });
  const [draft] = (await office.listPayslips({ runId: 'r-draft' })).payslips;
  const ofDraft = { payslipId: draft?.payslipId ?? '' };
  await expect(office.readPayslipDocument(ofDraft)).rejects.toMatchObject({ type: 'InvalidState' });
  const employed = environment.as(tokenOf('employee'));
  await expect(employed.readPayslipDocument(ofDraft)).rejects.toMatchObject({ type: 'Forbidden' });
});

test.each([
  ['another employee', ['employee', 'reviewer']],
  ['a manager', ['manager']],
  ['the cfo', ['cfo']],
  ['an operator', ['operator']],
  ['the worker', ['payroll-worker']],
  ['the front door', ['api']],
] as const)('a payslip is not for %s', async (_, roles) => {
  const other = environment.as(tokenOf(...roles));
  await expect(other.findPayslip({ payslipId })).rejects.toMatchObject({ type: 'Forbidden' });
  await expect(other.readPayslipDocument({ payslipId })).rejects.toMatchObject({ type: 'Forbidden' });
});

test.each([
  ['importEmployees', { employees: [employee('e-2')] }],
  ['listPayslips', { runId: 'r-1' }],
  ['correct', { correctionId: 'c-1', payslipId: 'p', earnings: [{ name: 'Salary', amount: 1 }], reason: 'so' }],
] as const)('an employee may not call %s', async (operation, input) => {
  const other = environment.as(tokenOf('employee'));
  await expect(other[operation](input as never)).rejects.toMatchObject({ type: 'Forbidden' });
});
