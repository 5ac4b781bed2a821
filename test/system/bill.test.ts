import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { type Clients, openClients } from '../clients.ts';
import { apiFor } from './api-people.ts';
import { cli } from './command-line-shop.ts';

/** Bills of vendors through the front door and the command line. */

const run = randomUUID().slice(0, 8);
const vendorId = `v-bill-${run}`;
const [rita, mary, fred, emil] = [
  apiFor(`rita-${run}`, 'finance'),
  apiFor(`mary-${run}`, 'manager'),
  apiFor(`fred-${run}`, 'finance'),
  apiFor(`emil-${run}`, 'employee'),
];
const people = [
  { personId: `rita-${run}`, name: 'Rita Clerk', email: 'rita@example.org', roles: ['finance'] as const },
  { personId: `mary-${run}`, name: 'Mary Manager', email: 'mary@example.org', roles: ['manager'] as const },
  { personId: `fred-${run}`, name: 'Fred Payer', email: 'fred@example.org', roles: ['finance'] as const },
];

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
  const staff = people.map((person) => ({ ...person, roles: [...person.roles] }));
  await apiFor('olga', 'operator').importStaff({ people: staff });
  await clients.services.purchasing.importVendors({ vendors: [{ vendorId, name: 'Power & Light' }] });
});

afterAll(() => clients?.connection.close());

const until = async (billId: string, state: string) => {
  const reached = await waitUntil(async () => (await rita.readVendorBill({ billId })).state === state, {
    ...{ within: 30_000, every: 100 },
  });
  const status = await rita.readVendorBill({ billId });
  if (!reached) throw new Error(`it is not ${state}: ${JSON.stringify(status)}`);
  return status;
};

test('a bill of no order is approved by a manager and paid by another person, through the front door', async () => {
  const billId = `b-${run}-1`;
  const lines = [{ description: 'Electricity', quantity: 1, unitPrice: 100_000 }];
  const draft = {
    ...{ billId, vendorId, number: `R-${run}`, currency: 'EUR' as const, lines, tax: 19_000, dueDate: '2099-03-22' },
  };
  await expect(emil.enterVendorBill(draft)).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await rita.enterVendorBill(draft)).toEqual({ billId });
  expect(await rita.enterVendorBill(draft)).toEqual({ billId });
  const other = { ...draft, tax: 0 };
  await expect(rita.enterVendorBill(other)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  const { variance } = await until(billId, 'mismatched');
  expect(await mary.listVendorBills({ vendorId, state: 'mismatched' })).toMatchObject({ bills: [{ billId }] });
  const vote = { billId, version: String(variance?.version), note: 'as each month' };
  await expect(rita.approveVendorBill(vote)).rejects.toMatchObject({ type: 'OwnApproval' });
  await expect(fred.approveVendorBill(vote)).rejects.toMatchObject({ type: 'NotAnApprover' });
  expect(await mary.approveVendorBill(vote)).toMatchObject({ decision: 'approve', by: `mary-${run}` });
  await until(billId, 'awaiting-payment');
  const payment = { billId, bankReference: `bank-${run}`, amount: 119_000 };
  await expect(rita.payVendorBill(payment)).rejects.toMatchObject({ type: 'OwnApproval' });
  await expect(fred.payVendorBill({ ...payment, amount: 119_001 })).rejects.toMatchObject({ type: 'PaymentTooLarge' });
  expect(await fred.payVendorBill(payment)).toMatchObject({ open: 0, billState: 'paid' });
  await until(billId, 'completed');
  expect(await mary.findVendorBill({ billId })).toMatchObject({ state: 'paid', lines });
});

test('the command line enters a bill, shows and lists it, and has it rejected by who has entered it', async () => {
  const billId = `b-${run}-2`;
  const { subject } = JSON.parse((await cli(['whoami', '--json'])).stdout);
  const developer = { personId: subject, name: 'Developer', email: 'dev@example.org', roles: ['manager' as const] };
  await apiFor('olga', 'operator').importStaff({ people: [developer] });
  const about = ['--vendor', vendorId, '--number', `Q-${run}`, '--currency', 'EUR', '--due', '2099-03-22'];
  const entered = await cli(['bill', 'enter', ...about, '--line', '2=19.90=Lamps', '--id', billId]);
  expect(entered).toMatchObject({ exitCode: 0, stderr: '' });
  expect(entered.stdout).toMatch(/^Total +39\.80 EUR$/m);
  const [, version = ''] = /^Version +(\S+)$/m.exec((await cli(['bill', 'show', billId])).stdout) ?? [];
  expect((await cli(['bill', 'list', '--vendor', vendorId])).stdout).toContain(billId);
  const approve = ['bill', 'approve', billId, '--version', version, '--note', 'mine'];
  expect((await cli(approve)).stderr).toContain('OwnApproval');
  expect((await cli(['bill', 'match', billId])).stdout).toContain('it is of no order');
  const rejected = await cli(['bill', 'reject', billId, '--note', 'not ours']);
  expect(rejected).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('reject') });
  await until(billId, 'refused');
});
