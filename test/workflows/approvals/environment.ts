import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { activityInfo } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { registerSearchAttributes } from '../../../client/search-attributes.ts';
import type { PersonRole } from '../../../contracts/access.ts';
import type { ApprovalMatter, Decider } from '../../../contracts/approvals.ts';
import { workflowCode } from '../../../workers/workflow-code.ts';
import type { Asked, Asking } from '../../../workflows/kit/approval-askings.ts';
import { approveUpdate, rejectUpdate, resolveUpdate } from '../../../workflows/kit/messages.ts';
import { Clock } from '../../faults/clock.ts';
import { startTimeSkippingServer } from '../../time-skipping-server.ts';
import {
  type ApprovedActivities,
  type ApprovedResult,
  amendUpdate,
  closeUpdate,
  finishSignal,
  progressQuery,
} from './workflow.ts';

export const day = 86_400_000;

/** The people whom one process looks up, and what it asked of whom. */
export class FakeStaff {
  readonly people = new Map<string, Decider>();
  /** Everyone, as they were at any time. */
  readonly history: Decider[] = [];
  readonly asked: Asking[] = [];
  /** Roles that no person may decide for. */
  vacant: readonly PersonRole[] = [];
  /** Runs before a person is found, and before a change takes effect. */
  before: (call: 'findPerson' | 'change' | 'ask') => Promise<void> | void = () => undefined;

  constructor(people: readonly Decider[]) {
    for (const person of people) this.change(person);
  }

  change(person: Decider): void {
    this.people.set(person.personId, person);
    this.history.push(person);
  }
}

export const person = (personId: string, roles: readonly PersonRole[], changes: Partial<Decider> = {}): Decider => ({
  ...{ personId, roles, active: true, delegations: [], reports: [] },
  ...changes,
});

type Handle = WorkflowHandleWithFirstExecutionRunId<(matter: ApprovalMatter) => Promise<ApprovedResult>>;

/** A process under test, and what people say to it. */
export class ApprovedProcess {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  approve(by: string, version: number) {
    return this.#handle.executeUpdate(approveUpdate, { args: [{ by, version, issuer: 'test', note: 'seen' }] });
  }

  reject(by: string, version: number) {
    return this.#handle.executeUpdate(rejectUpdate, { args: [{ by, version, issuer: 'test', note: 'too dear' }] });
  }

  amend(by: string, required: readonly PersonRole[]) {
    return this.#handle.executeUpdate(amendUpdate, { args: [{ by, required }] });
  }

  status() {
    return this.#handle.query(progressQuery);
  }

  resolve(decision: 'retry' | 'settle', by: string) {
    return this.#handle.executeUpdate(resolveUpdate, { args: [{ decision, by, issuer: 'test', note: 'seen to' }] });
  }

  close() {
    return this.#handle.executeUpdate(closeUpdate);
  }

  /** Its end; no time is skipped meanwhile. */
  async result(): Promise<ApprovedResult> {
    await this.#handle.signal(finishSignal);
    return this.#handle.result();
  }

  get handle(): Handle {
    return this.#handle;
  }
}

interface Server {
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  close(): Promise<void>;
}

/** A server, and a worker of the smallest process that needs approvals. */
export class ApprovalsEnvironment {
  readonly #client: Client;
  readonly #server: Server;
  readonly #staff = new Map<string, FakeStaff>();
  readonly #taskQueue = `approvals-${randomUUID()}`;
  #worker: Worker | undefined;
  #run: Promise<void> | undefined;

  private constructor(server: Server) {
    this.#server = server;
    // That of a test environment lets time jump while a result is waited for, whatever others wait for.
    this.#client = new Client({ connection: server.connection });
  }

  /** On a server of its own that skips time. */
  static async skippingTime(): Promise<{ readonly environment: ApprovalsEnvironment; readonly clock: Clock }> {
    const server = await startTimeSkippingServer(process.env['TEMPORAL_TEST_SERVER'] as string);
    await registerSearchAttributes(server.connection as never, 'default');
    const clock = await Clock.connect(server.address);
    const environment = new ApprovalsEnvironment({
      connection: server.connection as Connection,
      nativeConnection: server.nativeConnection,
      async close() {
        await clock.close();
        await server.teardown();
      },
    });
    await environment.#startWorker();
    return { environment, clock };
  }

  /** On a server that runs. */
  static async on(address: string): Promise<ApprovalsEnvironment> {
    const [connection, nativeConnection] = await Promise.all([
      Connection.connect({ address }),
      NativeConnection.connect({ address }),
    ]);
    const environment = new ApprovalsEnvironment({
      ...{ connection, nativeConnection },
      async close() {
        await connection.close();
        await nativeConnection.close();
      },
    });
    await environment.#startWorker();
    return environment;
  }

  async #startWorker(): Promise<void> {
    const staffOf = () => this.#staff.get(activityInfo().workflowExecution?.workflowId ?? '') as FakeStaff;
    const activities: ApprovedActivities = {
      async findPerson(personId) {
        const { people, before } = staffOf();
        // As they are when they are asked for: what changes meanwhile comes too late.
        const found = structuredClone(people.get(personId));
        await before('findPerson');
        if (!found) throw new Error(`the fakes have no ${personId}`);
        return found;
      },
      async ask(asking) {
        const staff = staffOf();
        staff.asked.push(asking);
        await staff.before('ask');
        return { vacant: staff.vacant.filter((role) => asking.status.missing.includes(role)) } satisfies Asked;
      },
      change: async () => staffOf().before('change'),
    };
    this.#worker = await Worker.create({
      connection: this.#server.nativeConnection,
      taskQueue: this.#taskQueue,
      activities: { ...activities },
      workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
      failureConverterPath: workflowCode.failureConverterPath,
    } as never);
    this.#run = this.#worker.run();
  }

  async start(staff: FakeStaff, matter: Partial<ApprovalMatter> = {}): Promise<ApprovedProcess> {
    const workflowId = `approved/${randomUUID()}`;
    this.#staff.set(workflowId, staff);
    const first: ApprovalMatter = { version: 1, required: ['manager', 'cfo'], authors: ['requester'], ...matter };
    const options = { workflowId, taskQueue: this.#taskQueue, args: [first] as [ApprovalMatter] };
    const handle = await this.#client.workflow.start<(matter: ApprovalMatter) => Promise<ApprovedResult>>(
      'approved',
      options,
    );
    // It waits for approvals once its first task is done.
    await handle.query(progressQuery);
    return new ApprovedProcess(handle);
  }

  async close(): Promise<void> {
    this.#worker?.shutdown();
    await this.#run;
    await this.#server.close();
  }
}
