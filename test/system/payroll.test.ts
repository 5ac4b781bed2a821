import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { payrollEquations } from '../../ops/audit/equations/payroll.ts';
import { inSnapshot, readSides } from '../../ops/audit/snapshot.ts';
import { waitUntil } from '../../parts/wait.ts';
import { type Clients, identityOf, openClients } from '../clients.ts';
import { rawPayloads } from '../raw-payloads.ts';
import { apiFor } from './api-people.ts';
import { cli } from './command-line-shop.ts';

/** A payroll of twelve through the front door, from the import to the books and the mails. */

const groupId = `g-${randomUUID().slice(0, 8)}`;
const month = { groupId, period: '2026-02' };
const [paul, petra, carl] = [apiFor('paul', 'payroll'), apiFor('petra', 'payroll'), apiFor('carl', 'cfo')];
const olga = apiFor('olga', 'operator');
const ada = apiFor(`${groupId}-00`, 'employee');
const people = [
  { personId: 'paul', name: 'Paul Prepares', email: 'paul@example.org', roles: ['payroll'] as const },
  { personId: 'petra', name: 'Petra Checks', email: 'petra@example.org', roles: ['payroll'] as const },
  { personId: 'carl', name: 'Carl Cash', email: 'carl@example.org', roles: ['cfo'] as const },
];
const employees = Array.from({ length: 12 }, (_, index) => ({
  ...{ employeeId: `${groupId}-${String(index).padStart(2, '0')}`, groupId, currency: 'EUR' as const },
  ...{ name: `Zora Zq${groupId} ${index}`, email: `zora.${groupId}.${index}@example.org`, employedFrom: '2025-01-01' },
  earnings: [{ name: 'Salary', amount: 333_333 }],
  deductions: [
    { name: 'Income tax', rate: 1_850 },
    { name: 'Social insurance', rate: 935 },
  ],
}));
const note = 'compared with January';

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
  await clients.services.staff.importStaff({
    people: people.map((person) => ({ ...person, roles: [...person.roles] })),
  });
  await paul.importEmployees({ employees });
});

afterAll(() => clients?.connection.close());

const stateOf = async () => (await petra.readPayroll(month)).state;
const untilState = (state: string) =>
  waitUntil(async () => (await stateOf()) === state, { within: 30_000, every: 100 });

test('twelve salaries are approved by two people, posted, mailed and paid, and sealed wherever they pass', async () => {
  await expect(olga.preparePayroll({ ...month, currency: 'EUR', payDay: '2026-02-25' })).rejects.toMatchObject({
    type: 'Forbidden',
  });
  await paul.preparePayroll({ ...month, currency: 'EUR', payDay: '2026-02-25' });
  expect(await untilState('awaiting-approval')).toBe(true);
  const { contentHash: version = '', totals } = await petra.readPayroll(month);
  expect(totals).toMatchObject({ gross: 3_999_996, withheld: 1_114_008, net: 2_885_988 });
  await expect(paul.approvePayroll({ ...month, version, note })).rejects.toMatchObject({ type: 'OwnApproval' });
  await petra.approvePayroll({ ...month, version, note });
  expect(await carl.approvePayroll({ ...month, version, note })).toMatchObject({ missing: [] });
  // The pay day is over.
  expect(await untilState('completed')).toBe(true);

  const { payslips } = await petra.listPayrollPayslips(month);
  const payslipId = payslips[0]?.payslipId ?? '';
  expect(await ada.findPayslip({ payslipId })).toMatchObject({ net: 240_499, state: 'paid' });
  await expect(apiFor(`${groupId}-01`, 'employee').findPayslip({ payslipId })).rejects.toMatchObject({
    type: 'Forbidden',
  });

  const folder = mkdtempSync(path.join(tmpdir(), 'payslips-'));
  const file = path.join(folder, 'payslip.pdf');
  expect(await cli(['payroll', 'payslip', payslipId, '--pdf', file])).toMatchObject({ exitCode: 0, stderr: '' });
  expect(readFileSync(file, 'latin1')).toMatch(/^%PDF-1\.7/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await cli(['payroll', 'payslip', payslipId, '--pdf', file]);
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
  rmSync(folder, { recursive: true });
  const { content } = await ada.readPayslipDocument({ payslipId });
  expect(Buffer.from(content, 'base64').toString('latin1')).toMatch(/^%PDF-1\.7/);
  const others = apiFor(`${groupId}-01`, 'employee').readPayslipDocument({ payslipId });
  await expect(others).rejects.toMatchObject({ type: 'Forbidden' });

  const subject = `payroll/${groupId}.2026-02`;
  const { services } = clients;
  const isPosted = async () => (await services.ledger.listJournals({ subject } as never)).journals.length === 2;
  expect(await waitUntil(isPosted, { within: 30_000, every: 200 })).toBe(true);
  const isMailed = async () => {
    const found = await Promise.all(employees.map(({ email: to }) => services.mailSink.listMails({ to })));
    return found.every(({ mails }) => mails.length === 1);
  };
  expect(await waitUntil(isMailed, { within: 30_000, every: 200 })).toBe(true);

  const raw = await rawPayloads(clients.connection, 'default', `payroll/${groupId}/2026-02`);
  expect(raw.length).toBeGreaterThan(20);
  for (const { text } of raw) expect(text).not.toMatch(/240499|2885988|Zora/);
});

test('the audit finds nothing wrong with the month', async () => {
  const url = process.env['DATABASE_URL'] as string;
  const broken = await inSnapshot(url, async (transaction) => {
    const names: string[] = [];
    for (const [name, equation] of Object.entries(payrollEquations)) {
      for (const { subjects } of await readSides(transaction, name, equation)) {
        if (subjects.includes(`payroll ${groupId}.2026-02`)) names.push(name);
      }
    }
    return names;
  });
  expect(broken).toEqual([]);
  expect(identityOf('payroll-worker')['AMQP_URL']).toContain('payroll-worker');
});
