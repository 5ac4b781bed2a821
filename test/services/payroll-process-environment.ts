import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { createPayrollActivities, type PayrollActivities } from '../../activities/payroll.ts';
import type { MilestoneBatch } from '../../bridge/milestone.ts';
import { PayrollClient } from '../../client/payroll-client.ts';
import { PayrollCorrectionClient } from '../../client/payroll-correction-client.ts';
import { registerSearchAttributes } from '../../client/search-attributes.ts';
import type { PersonRole } from '../../contracts/access.ts';
import type { EventName, integrationEvents } from '../../events/contracts/index.ts';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';
import { SealingCodec } from '../../platform/payloads/codec.ts';
import { KeyRing } from '../../platform/payloads/key-ring.ts';
import type { StaffClient } from '../../services/staff/contract.ts';
import { workflowCode } from '../../workers/workflow-code.ts';
import type { PayrollResult } from '../../workflows/payroll/contract.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { Clock } from '../faults/clock.ts';
import { type RawPayload, rawPayloads } from '../raw-payloads.ts';
import { openTestCodec } from '../test-codec.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import { openPayroll, type PayrollEnvironment } from './payroll-environment.ts';

type Milestone = MilestoneBatch<typeof integrationEvents>['milestones'][number];

/** What a call of the worker does instead, or before it goes on. */
type Interference = (call: keyof PayrollActivities, attempt: number) => Promise<void> | void;

/**
 * The payroll service on a real database, a worker of its process on a server that skips time, and its clients; everything that
 * is written to Temporal is sealed with keys of its own. The staff are fakes.
 */
export class PayrollProcessEnvironment {
  readonly service: PayrollEnvironment;
  readonly payrolls: PayrollClient;
  readonly corrections: PayrollCorrectionClient;
  /** What was published, in its order. */
  readonly published: Milestone[] = [];
  /** Every call of the worker, in its order. */
  readonly calls: string[] = [];
  interfere: Interference = () => undefined;
  readonly people = new Map<string, readonly PersonRole[]>([
    ['petra', ['payroll']],
    ['paul', ['payroll', 'cfo']],
    ['carl', ['cfo']],
    ['mary', ['manager']],
  ]);
  readonly #server: TestWorkflowEnvironment;
  readonly #dataConverter: DataConverter;
  readonly #clock: Clock;
  readonly #closeCodec: () => void;
  #worker: Worker | undefined;
  #run: Promise<void> | undefined;

  private constructor(server: TestWorkflowEnvironment, service: PayrollEnvironment, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.service = service;
    const { file, close } = openTestCodec();
    this.#closeCodec = close;
    const codec = new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE'));
    const { failureConverterPath } = workflowCode;
    this.#dataConverter = { payloadCodecs: [codec], failureConverterPath };
    const { connection } = server;
    const client = new Client({ connection, dataConverter: this.#dataConverter });
    this.payrolls = new PayrollClient(client, service.payroll);
    this.corrections = new PayrollCorrectionClient(client, service.payroll);
  }

  static async create(): Promise<PayrollProcessEnvironment> {
    const path = await temporalTestServer(() => undefined);
    const server = await startTimeSkippingServer(path);
    const clock = await Clock.connect(server.address);
    const service = await openPayroll(undefined, async () => new Date(await clock.now()));
    await registerSearchAttributes(server.connection as never, 'default');
    const environment = new PayrollProcessEnvironment(server, service, clock);
    await environment.#startWorker();
    return environment;
  }

  async #startWorker(): Promise<void> {
    const staff = {
      findPerson: async ({ personId }: { personId: string }) => this.#person(personId),
      findApprovers: async ({ roles }: { roles: readonly PersonRole[] }) => ({
        approvers: roles.flatMap((role) =>
          [...this.people]
            .filter(([, held]) => held.includes(role))
            .map(([personId]) => ({ ...this.#person(personId), role, as: 'holder' as const })),
        ),
      }),
    } as unknown as StaffClient;
    const activities = createPayrollActivities({ payroll: this.service.payroll, staff });
    const attempts = new Map<string, number>();
    const watched = Object.entries(activities).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        const attempt = (attempts.get(name) ?? 0) + 1;
        attempts.set(name, attempt);
        this.calls.push(name);
        const result = await (call as (...args: never[]) => Promise<unknown>)(...args);
        await this.interfere(name as keyof PayrollActivities, attempt);
        return result;
      },
    ]);
    const bundle = await bundleWorkflowCode({ ...workflowCode, logger: new DefaultLogger('ERROR') });
    this.#worker = await Worker.create({
      connection: this.#server.nativeConnection,
      taskQueue: taskQueues.payroll,
      dataConverter: this.#dataConverter,
      workflowBundle: bundle,
      activities: {
        ...Object.fromEntries(watched),
        publishMilestones: async ({ milestones }: MilestoneBatch<typeof integrationEvents>) => {
          this.calls.push('publishMilestones');
          this.published.push(...milestones);
        },
      },
    });
    this.#run = this.#worker.run();
  }

  #person(personId: string) {
    const roles = this.people.get(personId) ?? [];
    const [name, email] = [`Name of ${personId}`, `${personId}@example.org`];
    return { personId, name, email, roles, active: true, delegations: [], reports: [] };
  }

  /** The day in a month from now, by the clock of the server. */
  async payDay(): Promise<string> {
    return new Date((await this.#clock.now()) + 30 * 86_400_000).toISOString().slice(0, 10);
  }

  /** How a payroll ends; time is skipped until then. */
  async result(payrollId: string): Promise<PayrollResult> {
    await this.#clock.release();
    try {
      return await this.payrolls.waitForResult(payrollId);
    } finally {
      await this.#clock.hold();
    }
  }

  /** The payloads of a process as the server keeps them, and how many events its history has. */
  async history(workflowId: string): Promise<{ readonly payloads: readonly RawPayload[]; readonly events: number }> {
    const { connection } = this.#server;
    const payloads = await rawPayloads(connection as never, 'default', workflowId);
    const { events } = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    return { payloads, events: events?.length ?? 0 };
  }

  /** What of a published event is sealed, opened. */
  async opened(name: EventName, subject: string): Promise<unknown> {
    const milestone = this.published.find((each) => each.name === name);
    const { sealed } = Object(milestone?.data) as { sealed: string };
    return this.service.sealedTexts.open(sealed, subject);
  }

  async close(): Promise<void> {
    this.#worker?.shutdown();
    await this.#run;
    await this.#clock.close();
    await this.#server.teardown();
    await this.service.service.stop();
    this.#closeCodec();
  }
}

/** An id of a group that no other test has. */
export const newGroup = (): string => `g-${randomUUID().slice(0, 8)}`;
