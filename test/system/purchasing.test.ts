import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type PurchasingClient, purchasingContract } from '../../services/purchasing/contract.ts';
import { type Clients, identityOf, openClients } from '../clients.ts';
import { approvalsOf, draftOf } from '../services/purchasing-environment.ts';
import { tokenOf } from './api-people.ts';

/** An order and its bills in the running system: what its service publishes reaches the books and the mails. */

const run = randomUUID().slice(0, 8);
const poId = `po-${run}`;
const vendorId = `v-${run}`;
const requester = { personId: 'rita', name: 'Rita Requester', email: `rita.${run}@example.org` };
const approver = { personId: 'mary', name: 'Mary Manager', email: `mary.${run}@example.org`, role: 'manager' } as const;

const clientOf = (token: () => Promise<string>): PurchasingClient =>
  createHttpClient(purchasingContract, { url: process.env['PURCHASING_URL'] ?? '', token });

/** As the process that follows orders and bills calls the service, and as people do. */
const worker = clientOf(async () =>
  (await readFile(identityOf('back-office-worker')['ACCESS_TOKEN_FILE'] ?? '', 'utf8')).trim(),
);
const fiona = clientOf(() => tokenOf('fiona', 'finance'));

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
  await fiona.importVendors({ vendors: [{ vendorId, name: 'Steel & Sons' }] });
});

afterAll(() => clients?.connection.close());

/** The balance of an account in the journals about a subject. */
async function balances(subject: string): Promise<Record<string, number>> {
  const { journals } = await clients.services.ledger.listJournals({ subject } as never);
  const sums: Record<string, number> = {};
  for (const { account, debit, credit } of journals.flatMap(({ lines }) => lines)) {
    sums[account] = (sums[account] ?? 0) + (debit ?? 0) - (credit ?? 0);
  }
  return sums;
}

/** Waits for the books to say it; what they say instead is in the failure. */
async function expectBalances(subject: string, expected: Record<string, number>): Promise<void> {
  const isThere = async () => JSON.stringify(await balances(subject)) === JSON.stringify(expected);
  await waitUntil(isThere, { within: 20_000, every: 200 });
  expect(await balances(subject)).toEqual(expected);
}

const subjectsTo = async (to: string) =>
  (await clients.services.mailSink.listMails({ to })).mails.map(({ subject }) => subject);

test('an order of 97 pieces that come of 100 is reserved, billed, paid and closed, and its people are written to', async () => {
  const lines = [{ description: 'Steel', quantity: 100, unitPrice: 10_000 }];
  const { number, version, required } = await worker.submitOrder(draftOf(poId, 0, { vendorId, requester, lines }));
  expect(required).toEqual(['manager']);
  await worker.askApprovers({ poId, version, kind: 'request', day: 0, approvers: [approver] });
  const approvals = approvalsOf({ version }, { mary: ['manager'] });
  await worker.approveOrder({ poId, version, approvals });
  const order = `purchase-order/${poId}`;
  await expectBalances(order, { 9100: 1_000_000, 9200: -1_000_000 });
  const written = async () => [...(await subjectsTo(approver.email)), ...(await subjectsTo(requester.email))];
  expect(await waitUntil(async () => (await written()).length === 3, { within: 30_000, every: 200 })).toBe(true);
  expect((await written()).toSorted()).toEqual(
    [`Please approve: ${number}`, `${number} is submitted`, `${number} is approved`].toSorted(),
  );

  await fiona.receive({ receiptId: `delivery/${run}`, poId, lines: [{ line: 1, quantity: 97 }] });
  const billId = `bill-${run}`;
  await worker.enterBill({
    ...{
      billId,
      vendorId,
      poId,
      number: 'R-1',
      currency: 'EUR',
      dueDate: '2030-01-01',
      enteredBy: 'berta',
      tax: 184_300,
    },
    lines: [{ line: 1, description: 'Steel', quantity: 97, unitPrice: 10_000 }],
  });
  expect(await worker.matchBill({ billId })).toMatchObject({ state: 'matched' });
  await worker.acceptBill({ billId });
  await worker.recordBillPayment({ billId, bankReference: `out/${run}`, amount: 1_154_300, by: 'paul' });
  expect(await fiona.closeOrder({ poId, reason: 'the rest never comes' })).toMatchObject({ released: 1_000_000 });
  await expectBalances(order, { 9100: 0, 9200: 0 });
  expect(await balances(`bill/${billId}`)).toEqual({ 5100: 970_000, 2200: 184_300, 2100: 0, 1000: -1_154_300 });
});

test('what follows an order is called by its process alone', async () => {
  const draft = draftOf(`${poId}-2`, 100, { vendorId, requester });
  await expect(fiona.submitOrder(draft)).rejects.toMatchObject({ type: 'Forbidden' });
  const approving = fiona.approveOrder({ poId, version: 1, approvals: [] });
  await expect(approving).rejects.toMatchObject({ type: 'Forbidden' });
});
