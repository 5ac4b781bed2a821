import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { waitUntil } from '../../parts/wait.ts';
import type { Escalation } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import type { UserCheckResult } from '../../workflows/user-check/contract.ts';
import { userCheckStatusQuery, userCheckWorkflow, userCheckWorkflowId } from '../../workflows/user-check/messages.ts';
import { CheckoutEnvironment } from './environment.ts';
import type { FakeServices } from './fake-services.ts';
import { by } from './looked-after.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

type Table = Map<string, number>;

/** Accounts and a copy of them, each the versions by the ids; an id that begins with `b` is in the part 1, else in the part 0. */
class Accounts {
  readonly accounts: Table = new Map();
  readonly copy: Table = new Map();
  readonly republished: string[] = [];
  /** Looks for which what was published again has not come; absent: it never comes. */
  looksUntilTold: number | undefined = 0;
  #underWay: string[] = [];

  readonly call = async (service: string, method: string, input: unknown): Promise<unknown> => {
    if (method === 'checksums') return { buckets: checksums(this.accounts) };
    if (method === 'copyChecksums') return this.#look();
    if (method === 'listUsers') return { users: this.#page(input as { bucket: number; after?: string }) };
    if (method === 'republish') return this.#republish((input as { customerIds: string[] }).customerIds);
    throw new Error(`the check calls ${service}.${method}`);
  };

  #look() {
    if (this.#underWay.length > 0 && this.looksUntilTold === 0) {
      for (const id of this.#underWay.splice(0)) this.copy.set(id, this.accounts.get(id) ?? 0);
    } else if (this.#underWay.length > 0 && this.looksUntilTold) this.looksUntilTold -= 1;
    return { buckets: checksums(this.copy) };
  }

  #page({ bucket, after = '' }: { bucket: number; after?: string }) {
    const ids = [...this.accounts.keys()].filter((id) => partOf(id) === bucket && id > after).sort();
    return ids.slice(0, 1_000).map((customerId) => ({ customerId }));
  }

  #republish(ids: string[]) {
    this.republished.push(...ids);
    this.#underWay.push(...ids);
    return { republished: ids.length, unknown: [] };
  }

  async check(): Promise<WorkflowHandle<() => Promise<UserCheckResult>>> {
    const workflowId = userCheckWorkflowId(`billing-${randomUUID()}`);
    const options = { taskQueue: taskQueues.backOffice };
    const fakes = this as unknown as FakeServices;
    return environment.startProviderProcess<UserCheckResult>(fakes, userCheckWorkflow, workflowId, {}, options);
  }
}

const partOf = (id: string) => (id.startsWith('b') ? 1 : 0);

function checksums(table: Table) {
  const parts = [0, 1].map((bucket) => ({
    bucket,
    rows: [...table].filter(([id]) => partOf(id) === bucket).sort(),
  }));
  return parts
    .filter(({ rows }) => rows.length > 0)
    .map(({ bucket, rows }) => ({ bucket, count: rows.length, checksum: JSON.stringify(rows) }));
}

test('a copy that is in step is left alone', async () => {
  const accounts = new Accounts();
  for (const table of [accounts.accounts, accounts.copy]) table.set('ada', 3);
  expect(await (await accounts.check()).result()).toMatchObject({
    ...{ outcome: 'completed', accounts: 1, differed: 0, republished: 0 },
  });
  expect(accounts.republished).toEqual([]);
});

test.each([
  ['at once', 0],
  ['after some looks', 4],
])('of a copy that is not in step only the parts that differ are published again, and it is %s', async (_, looks) => {
  const accounts = new Accounts();
  accounts.looksUntilTold = looks;
  for (let index = 0; index < 1_200; index++) accounts.accounts.set(`a-${index}`, 1);
  accounts.accounts.set('bob', 2);
  accounts.copy.set('bob', 2).set('a-7', 1);

  expect(await (await accounts.check()).result()).toMatchObject({
    ...{ outcome: 'completed', accounts: 1_201, differed: 1, republished: 1_200 },
  });
  expect(new Set(accounts.republished).size).toBe(1_200);
  expect(accounts.copy).toEqual(accounts.accounts);
});

/** Lets time pass until an operator is asked for. */
async function operatorOf(handle: WorkflowHandle): Promise<readonly Escalation[]> {
  let found: readonly Escalation[] = [];
  await waitUntil(
    async () => {
      found = (await handle.query(userCheckStatusQuery)).needsOperator;
      if (found.length === 0) await environment.skipTime(20_000);
      return found.length > 0;
    },
    { within: 20_000 },
  );
  return found;
}

test('a copy that is not in step at the last look either needs an operator, and is looked at until it is', async () => {
  const accounts = new Accounts();
  accounts.looksUntilTold = undefined;
  accounts.accounts.set('ada', 1);
  const handle = await accounts.check();
  expect(await operatorOf(handle)).toMatchObject([{ message: expect.stringContaining('parts 0'), canBeSettled: true }]);
  accounts.looksUntilTold = 0;
  expect(await handle.result()).toMatchObject({ outcome: 'completed', differed: 1 });
  expect(accounts.copy).toEqual(accounts.accounts);
});

test('a row of a customer whom nobody knows is for an operator to mend, who says so', async () => {
  const accounts = new Accounts();
  accounts.copy.set('nobody', 1);
  const handle = await accounts.check();
  await operatorOf(handle);
  await handle.executeUpdate(resolveUpdate, { args: [{ ...by, decision: 'settle' }] });
  expect(await handle.result()).toMatchObject({ outcome: 'completed', accounts: 0, differed: 1, republished: 0 });
});
