import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { CopyKeeper } from '../../contracts/user-copy.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Escalation } from '../../workflows/kit/contract.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import type { UserCheckResult } from '../../workflows/user-check/contract.ts';
import { userCheckStatusQuery, userCheckWorkflow, userCheckWorkflowId } from '../../workflows/user-check/messages.ts';
import type { CheckoutEnvironment } from './environment.ts';
import type { FakeServices } from './fake-services.ts';

type Table = Map<string, number>;

type Check = WorkflowHandle<(request: object) => Promise<UserCheckResult>>;

/** Accounts and a copy of them, each the versions by the ids; an id that begins with `b` is in the part 1, else in the part 0. */
export class Accounts {
  readonly accounts: Table = new Map();
  readonly copy: Table = new Map();
  readonly republished: string[] = [];
  /** Ids of which a row of the copy was removed. */
  readonly dropped: string[] = [];
  /** Whose copy was asked for. */
  readonly keepers = new Set<string>();
  /** Looks for which what was published again has not come; absent: it never comes. */
  looksUntilTold: number | undefined = 0;
  #underWay: string[] = [];

  readonly call = async (service: string, method: string, input: unknown): Promise<unknown> => {
    if (method === 'checksums') return { buckets: checksums(this.accounts) };
    if (method === 'copyChecksums') return this.#look(service);
    if (method === 'listUsers') {
      return { users: page(this.accounts, input as Page).map((customerId) => ({ customerId })) };
    }
    if (method === 'listCopies') return { customerIds: page(this.copy, input as Page) };
    if (method === 'dropCopies') return this.#drop((input as { customerIds: string[] }).customerIds);
    if (method === 'republish') return this.#republish((input as { customerIds: string[] }).customerIds);
    throw new Error(`the check calls ${service}.${method}`);
  };

  #look(keeper: string) {
    this.keepers.add(keeper);
    if (this.#underWay.length > 0 && this.looksUntilTold === 0) {
      for (const id of this.#underWay.splice(0)) this.copy.set(id, this.accounts.get(id) ?? 0);
    } else if (this.#underWay.length > 0 && this.looksUntilTold) this.looksUntilTold -= 1;
    return { buckets: checksums(this.copy) };
  }

  #drop(ids: string[]) {
    for (const id of ids) if (this.copy.delete(id)) this.dropped.push(id);
    return { dropped: ids.length };
  }

  #republish(ids: string[]) {
    this.republished.push(...ids);
    this.#underWay.push(...ids);
    return { republished: ids.length, unknown: [] };
  }

  /** Starts a check of them. */
  async check(environment: CheckoutEnvironment, service: CopyKeeper = 'billing'): Promise<Check> {
    const workflowId = userCheckWorkflowId(`${service}/${randomUUID()}`);
    return this.checkAs(environment, workflowId, { service });
  }

  async checkAs(environment: CheckoutEnvironment, workflowId: string, request: object): Promise<Check> {
    const options = { taskQueue: taskQueues.backOffice };
    const fakes = this as unknown as FakeServices;
    return environment.startProviderProcess<UserCheckResult>(fakes, userCheckWorkflow, workflowId, request, options);
  }
}

interface Page {
  readonly bucket: number;
  readonly after?: string;
}

const page = (table: Table, { bucket, after = '' }: Page): string[] =>
  [...table.keys()]
    .filter((id) => partOf(id) === bucket && id > after)
    .sort()
    .slice(0, 1_000);

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

/** Lets time pass until an operator is asked for. */
export async function operatorOf(environment: CheckoutEnvironment, handle: Check): Promise<readonly Escalation[]> {
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
