import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TypedSearchAttributes } from '@temporalio/common';
import type { CheckoutRow } from '../../client/checkout-client.ts';
import { listProcesses, type ProcessFilter } from '../../client/process-list.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import { type Parts, startParts } from '../../parts/index.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openTemporalClient } from '../../platform/temporal-client.ts';
import type { CheckoutState, CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { checkoutProcess } from '../../workflows/checkout/definition.ts';
import { checkoutWorkflow, checkoutWorkflowId, recoverCheckoutWorkflow } from '../../workflows/checkout/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

/** Every state that a checkout writes down, and whether it waits for something that the list has to tell. */
const states = {
  running: false,
  'needs-action': true,
  'in-review': true,
  'payment-unknown': true,
  compensating: false,
  completed: false,
  refused: false,
  cancelled: false,
  failed: false,
} as const satisfies Record<Exclude<CheckoutState, 'terminated' | 'timed-out'>, boolean>;
const all = Object.keys(states) as (keyof typeof states)[];

let parts: Parts;
let temporal: ReturnType<typeof openTemporalClient>;
const run = randomUUID().slice(0, 8);
const idOf = (name: string) => `${run}-${name}`;

/** A checkout without a worker, as Visibility shows one. */
async function put(
  name: string,
  state: CheckoutState,
  needsOperator?: boolean,
  type: string = checkoutWorkflow,
): Promise<void> {
  await temporal.client.workflow.start(type, {
    workflowId: checkoutWorkflowId(idOf(name)),
    taskQueue: 'without-workers',
    memo: { currency: 'USD' },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.checkoutStatus, value: state },
      { key: searchAttributes.customerId, value: 'customer-1' },
      { key: searchAttributes.orderTotal, value: 5998 },
      ...(needsOperator === undefined ? [] : [{ key: searchAttributes.needsOperator, value: needsOperator }]),
    ]),
  });
}

beforeAll(async () => {
  parts = await startParts({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-')),
    names: ['temporal'],
    temporary: true,
    report: (line) => process.stderr.write(`${line}\n`),
  });
  temporal = openTemporalClient({ TEMPORAL_ADDRESS: parts.temporal.address });
  await registerSearchAttributes(temporal.connection, 'default');
  await put('taken-over', 'compensating', undefined, recoverCheckoutWorkflow);
  for (const state of all) await put(state, state);
  await put('stuck', 'compensating', true);
  await put('mended', 'compensating', false);
  const isListed = async () => (await listCheckouts({})).length === all.length + 3;
  expect(await waitUntil(isListed, { within: 30_000 })).toBe(true);
});

afterAll(async () => {
  await temporal.connection.close();
  await parts.stop();
});

const listCheckouts = (filter: ProcessFilter<CheckoutState>) =>
  listProcesses<CheckoutRow>(temporal.client, checkoutProcess, filter, ask);

const ask = async (workflowId: string) =>
  ({ waitingFor: { who: 'provider', message: `of ${workflowId}` }, needsOperator: [] }) as unknown as CheckoutStatus;

test.each(all)('a checkout that is %s is found by its state, with what it waits for if it does', async (state) => {
  const found = await listCheckouts({ state });
  const row = found.find(({ checkoutId }) => checkoutId === idOf(state));
  expect(new Set(found.map((checkout) => checkout.state))).toEqual(new Set([state]));
  expect(row).toMatchObject({ state, customerId: 'customer-1', total: 5998, currency: 'USD', needsOperator: false });
  expect(row?.waitingFor?.message).toBe(states[state] ? `of ${checkoutWorkflowId(idOf(state))}` : undefined);
});

test('those that need an operator are found, and told what for; those that did are not', async () => {
  const found = await listCheckouts({ needsOperator: true });
  expect(found).toMatchObject([{ checkoutId: idOf('stuck'), needsOperator: true, escalations: [] }]);
});

test('one whose workflow was lost is listed once the sweep has taken it over', async () => {
  const found = await listCheckouts({ state: 'compensating' });
  expect(found).toContainEqual(expect.objectContaining({ checkoutId: idOf('taken-over'), state: 'compensating' }));
});

test('no more than were asked for are listed, the newest first', async () => {
  const found = await listCheckouts({ limit: 3 });
  expect(found.map(({ checkoutId }) => checkoutId)).toEqual([idOf('mended'), idOf('stuck'), idOf('failed')]);
});
