import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { type Clients, openClients } from '../clients.ts';
import { apiFor } from './api-people.ts';
import { cli } from './command-line-shop.ts';

/** Purchase orders through the front door and the command line. */

const run = randomUUID().slice(0, 8);
const vendorId = `v-${run}`;
const [rita, mary, carl] = [
  apiFor(`rita-${run}`, 'employee'),
  apiFor(`mary-${run}`, 'manager'),
  apiFor(`carl-${run}`, 'cfo'),
];
const people = [
  { personId: `rita-${run}`, name: 'Rita Requester', email: 'rita@example.org', roles: ['employee'] as const },
  { personId: `mary-${run}`, name: 'Mary Manager', email: 'mary@example.org', roles: ['manager'] as const },
  { personId: `carl-${run}`, name: 'Carl Cash', email: 'carl@example.org', roles: ['cfo'] as const },
];
const lines = [{ description: 'Steel', quantity: 3, unitPrice: 2_000_000 }];
const vote = { version: 1, note: 'in the plan' };

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
  const staff = people.map((person) => ({ ...person, roles: [...person.roles] }));
  await apiFor('olga', 'operator').importStaff({ people: staff });
  await clients.services.purchasing.importVendors({ vendors: [{ vendorId, name: 'Steel & Sons' }] });
});

afterAll(() => clients?.connection.close());

const untilState = async (poId: string, state: string) => {
  const reached = await waitUntil(async () => (await rita.readPurchaseOrder({ poId })).state === state, {
    ...{ within: 30_000, every: 100 },
  });
  if (!reached) throw new Error(`it is not ${state}: ${JSON.stringify(await rita.readPurchaseOrder({ poId }))}`);
};

test('an order of 60,000.00 is approved by a manager and the CFO, through the front door', async () => {
  const poId = `po-${run}-1`;
  const draft = { poId, vendorId, currency: 'EUR' as const, lines };
  await rita.submitPurchaseOrder(draft);
  expect(await rita.submitPurchaseOrder(draft)).toEqual({ poId });
  await expect(
    rita.submitPurchaseOrder({ ...draft, lines: lines.map((line) => ({ ...line, quantity: 1 })) }),
  ).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  await untilState(poId, 'awaiting-approval');
  const awaiting = async () =>
    (await mary.listPurchaseOrders({ awaitingPerson: `mary-${run}` })).orders.map((each) => each.poId);
  expect(
    await waitUntil(async () => (await awaiting()).some((id) => id === poId), { within: 20_000, every: 100 }),
  ).toBe(true);
  await expect(rita.approvePurchaseOrder({ poId, ...vote })).rejects.toMatchObject({ type: 'OwnApproval' });
  await expect(mary.withdrawPurchaseOrder({ poId, ...vote })).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await mary.approvePurchaseOrder({ poId, ...vote })).toMatchObject({ missing: ['cfo'] });
  expect(await carl.approvePurchaseOrder({ poId, ...vote })).toMatchObject({ missing: [] });
  await untilState(poId, 'completed');
  expect(await rita.findPurchaseOrder({ poId })).toMatchObject({ state: 'approved', total: 6_000_000 });
  await expect(rita.closePurchaseOrder({ poId, reason: 'not needed' })).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await mary.closePurchaseOrder({ poId, reason: 'not needed' })).toMatchObject({ released: 6_000_000 });
});

test('an order is amended and withdrawn through the front door', async () => {
  const poId = `po-${run}-2`;
  await rita.submitPurchaseOrder({ poId, vendorId, currency: 'EUR', lines });
  await untilState(poId, 'awaiting-approval');
  const less = lines.map((line) => ({ ...line, quantity: 1 }));
  expect(await rita.amendPurchaseOrder({ poId, ...vote, lines: less })).toMatchObject({ required: ['manager'] });
  await expect(mary.approvePurchaseOrder({ poId, ...vote })).rejects.toMatchObject({ type: 'ApprovalOutdated' });
  expect(await rita.withdrawPurchaseOrder({ poId, ...vote, version: 2 })).toMatchObject({ outcome: 'cancelled' });
  expect(await rita.readPurchaseOrder({ poId })).toMatchObject({ state: 'cancelled', orderState: 'withdrawn' });
});

test('the command line submits an order, shows and lists it, and has it withdrawn by its author', async () => {
  const poId = `po-${run}-3`;
  const submit = ['po', 'submit', '--vendor', vendorId, '--currency', 'EUR', '--line', '2=19.90=Lamps', '--id', poId];
  // Who works at this command line holds every role, and is on the staff by then.
  const { subject } = JSON.parse((await cli(['whoami', '--json'])).stdout);
  const developer = { personId: subject, name: 'Developer', email: 'dev@example.org', roles: ['manager' as const] };
  await apiFor('olga', 'operator').importStaff({ people: [developer] });
  const submitted = await cli(submit);
  expect(submitted).toMatchObject({ exitCode: 0, stderr: '' });
  expect(submitted.stdout).toMatch(/^Total +39\.80 EUR$/m);
  expect((await cli(['po', 'show', poId])).stdout).toMatch(/Missing +manager[\s\S]+Lamps/);
  expect((await cli(['po', 'list', '--state', 'awaiting-approval'])).stdout).toContain(poId);
  const decide = ['--version', '1', '--note', 'looked at it'];
  expect((await cli(['po', 'approve', poId, ...decide])).stderr).toContain('OwnApproval');
  const amended = await cli(['po', 'amend', poId, ...decide, '--line', '1=19.90=Lamps']);
  expect(amended.stdout).toMatch(/^Version +2$/m);
  const withdrawn = await cli(['po', 'withdraw', poId, '--version', '2', '--note', 'not needed']);
  expect(withdrawn).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('cancelled') });
  expect((await cli(['staff', 'show', subject])).stdout).toMatch(/Roles +manager/);
  const lent = ['staff', 'delegate', '--from', subject, '--to', `rita-${run}`, '--role', 'manager'];
  expect((await cli([...lent, '--to-date', '2199-01-01'])).stdout).toMatch(/^Roles +manager$/m);
});
