import { type WorkflowExecutionDescription, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CheckoutResult, CheckoutStatus } from '../../workflows/checkout/contract.ts';
import { cancelUpdate, statusQuery } from '../../workflows/checkout/messages.ts';
import type { Escalation } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import type { RefundResult } from '../../workflows/refund/contract.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';
import { type Call, FakeServices, holdAfter, type Interference, type Operation } from '../workflows/fake-services.ts';
import { LeftAttempts } from './left-attempts.ts';
import { ignoreRefusal, typeOf } from './refusals.ts';
import type { Scenario, TriedProcess } from './scenario.ts';
import { checkout } from './scenarios/checkout.ts';

/** How a request to cancel was answered: with a result, or refused with a type of the failure catalogue. */
export type Cancellation = { readonly accepted: CheckoutResult['outcome'] } | { readonly refused: string };

/** What an operator does about calls that fail for good. */
export type Operator = (escalation: Escalation, trial: Trial) => Promise<'retry' | 'settle'> | 'retry' | 'settle';

/** When people look at a checkout: seconds between their looks, and from the last one on every hour. No sums of them are round,
 * so that nobody acts in the same moment in which a timer of the workflow fires. */
const looks = [17, 41, 53, 61, 109, 127, 113, 131, 241, 239, 251, 479, 487, 953, 967, 1_931];

/** What a person can do as well as a program: all that is made until it is done. */
const manual: ReadonlySet<Operation> = new Set([
  'approveReview',
  'commit',
  'completeOrder',
  'addPurchase',
  'void',
  'release',
  'cancelOrder',
  'restock',
  'completeRefund',
  'cancelRefund',
  'releaseClaim',
  'closeRun',
  'cancelRun',
  'cancelCorrection',
]);

/** How a process is tried. */
interface TrialOptions {
  /** What goes wrong. */
  readonly fault?: ((call: Call) => Interference | undefined) | undefined;
  readonly workflowTaskTimeout?: '20s';
}

/** One process from start to end, with its services and with the people who have to do with it. */
export class Trial {
  readonly services = new FakeServices();
  readonly environment: CheckoutEnvironment;
  readonly scenario: Scenario;
  readonly id: string;
  /** The escalations that an operator was asked about. */
  readonly escalations: Escalation[] = [];
  /** Requests that arrive at their service only after everything has ended. */
  readonly late: Call[] = [];
  operator: Operator | undefined;
  /** Whether the checkout has ever shown that it needs an operator. */
  askedOperator = false;
  /** Whether an operator has resolved calls manually. */
  isResolvedManually = false;
  /** Whether what went wrong for good was mended. */
  isMended = false;
  /** The call of each activity that went wrong last. */
  readonly #failed = new Map<string, Call>();
  readonly #arrived = new Set<string>();
  outcome: CheckoutResult['outcome'] | 'none' = 'none';
  reason: string | undefined;
  cancellation: Cancellation | undefined;
  /** Milliseconds on the server's clock, from the start to the end. */
  took = 0;
  /** The same, to the moment when an operator was first asked for. */
  askedAfter: number | undefined;
  readonly #left: LeftAttempts;
  readonly #ended = Promise.withResolvers<void>();
  #handle: WorkflowHandle | undefined;
  #hasEnded = false;

  /** @param id of the checkout, and of its refund */
  constructor(environment: CheckoutEnvironment, scenario: Scenario, id: string) {
    this.environment = environment;
    this.scenario = scenario;
    this.id = id;
    this.#left = new LeftAttempts(environment.clock, this.services);
  }

  get handle(): WorkflowHandle {
    if (!this.#handle) throw new Error('the trial has not begun');
    return this.#handle;
  }

  /** Resolves when the workflow has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Runs the process to its end, and lets the requests arrive that were under way all the time. */
  async run({ fault, ...options }: TrialOptions = {}): Promise<this> {
    const { scenario, services } = this;
    services.onEnd = (call) => this.#left.letGo(call);
    const { isAboutOrder, scheduled } = scenario.process;
    scenario.process.arrange?.(services, this.id);
    if (isAboutOrder) await (await this.#start(checkout)).result();
    if (scenario.earlier) await this.#runEarlier(scenario.earlier);
    scenario.prepare(services, this.id);
    services.forgetCalls();
    const interference = scheduled ? scheduled.interference(() => this.#handle, fault) : fault;
    if (interference) services.interfereWith(interference);
    const { startTime, closeTime, typedSearchAttributes } = await this.#runToTheEnd(options);
    this.askedOperator = typedSearchAttributes.get(searchAttributes.needsOperator) !== undefined;
    this.took = (closeTime?.getTime() ?? 0) - startTime.getTime();
    const [escalation] = this.escalations;
    if (escalation) this.askedAfter = Date.parse(escalation.since) - startTime.getTime();
    for (const call of this.late) deliverLate(call);
    return this;
  }

  /**
   * Asks for the cancellation; resolves when it was accepted or refused. All but a checkout is cancelled by its workflow,
   * which says nothing.
   */
  async cancel(): Promise<Cancellation> {
    if (this.scenario.process.cancellation !== 'update') return this.cancelWorkflow();
    this.cancellation = await this.handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' }).then(
      async (update) => {
        void update.result().then(
          ({ outcome }) => {
            this.cancellation = { accepted: outcome };
          },
          (error: unknown) => {
            this.cancellation = { refused: typeOf(error) };
          },
        );
        return { accepted: 'cancelled' } as const;
      },
      (error: unknown) => ({ refused: typeOf(error) }),
    );
    return this.cancellation;
  }

  /** Keeps a call that went wrong, and whether it took effect. */
  remember(call: Call, hasArrived: boolean): void {
    this.#failed.set(call.activity, call);
    if (hasArrived) this.#arrived.add(call.activity);
  }

  /** Whether an earlier try of the call took effect. */
  hasArrived({ activity }: Call): boolean {
    return this.#arrived.has(activity);
  }

  /** An operator does what the calls that cannot be given up were to do. */
  doByHand(): void {
    this.isResolvedManually = true;
    for (const call of this.#failed.values()) if (manual.has(call.operation)) deliverLate(call);
  }

  /** Cancels the workflow as such, which it cannot refuse. */
  async cancelWorkflow(): Promise<Cancellation> {
    return this.handle.cancel().then(
      () => ({ accepted: 'cancelled' }) as const,
      (error: unknown) => ({ refused: typeOf(error) }),
    );
  }

  /** Runs the process to its end, or terminates it while the call of the operation is answered. */
  async #runEarlier(earlier: 'completed' | Operation): Promise<void> {
    if (earlier === 'completed') return void (await (await this.#start()).result());
    const { reached, goOn } = holdAfter(this.services, earlier);
    const handle = await this.#start();
    await reached;
    await handle.terminate('in a test');
    await this.#left.add(await handle.describe());
    // Whoever takes it up has the same workflow id.
    this.#handle = this.environment.client.workflow.getHandle(handle.workflowId);
    goOn();
  }

  async #runToTheEnd(options: TrialOptions): Promise<WorkflowExecutionDescription> {
    if (this.scenario.isSwept) return this.#sweep();
    const { process } = this.scenario;
    if (process.scheduled) return this.#followSchedule(process.scheduled, options);
    return this.#follow(async () => {
      this.#handle = await this.#start(process, options);
    });
  }

  /** As the schedule does it: a process that does not come to its end is followed by the next one. */
  async #followSchedule(
    { ends }: NonNullable<TriedProcess['scheduled']>,
    options: TrialOptions,
  ): Promise<WorkflowExecutionDescription> {
    for (let nth = 1; ; nth++) {
      const description = await this.#follow(async () => {
        this.#handle = await this.#start(this.scenario.process, options, nth);
      });
      if (this.outcome === 'completed') await ends(this);
      if (this.outcome === 'completed' || nth === 3) return description;
      this.isMended = true;
    }
  }

  /** As the schedule does it: a sweep that fails, or comes to nothing, is followed by the next one. */
  async #sweep(): Promise<WorkflowExecutionDescription> {
    for (let sweeps = 1; ; sweeps++) {
      if (this.scenario.isFound) await this.environment.recover(this.services, this.id);
      else await this.environment.sweep(this.services).catch(ignoreFailure);
      let description = await this.handle.describe();
      if (description.status.name !== 'TERMINATED') description = await this.#follow(async () => undefined);
      if (this.outcome !== 'none' || sweeps === 3) return description;
      this.isMended = true;
    }
  }

  /** Waits for the end, together with the people. They hold the clock, so that no time passes before they have looked. */
  async #follow(begin: () => Promise<void>): Promise<WorkflowExecutionDescription> {
    const hasPeople = this.scenario.people.length > 0 || this.operator !== undefined;
    if (hasPeople) await this.environment.clock.hold();
    this.#hasEnded = false;
    await begin();
    const [description] = await Promise.all([this.#describeEnd(), hasPeople ? this.#people() : undefined]);
    return description;
  }

  #start(process = this.scenario.process, options: TrialOptions = {}, nth = 1): Promise<WorkflowHandle> {
    return process.start(this, { workflowRunTimeout: '30 days', ...options }, nth);
  }

  async #describeEnd(): Promise<WorkflowExecutionDescription> {
    try {
      await this.#wait();
    } finally {
      this.#hasEnded = true;
      this.#ended.resolve();
    }
    const description = await this.handle.describe();
    await this.#left.add(description);
    return description;
  }

  async #wait(): Promise<void> {
    try {
      // The report of a comparison tells no outcome.
      const { outcome = 'completed', reason }: Partial<CheckoutResult | RefundResult> = await this.handle.result();
      this.outcome = outcome;
      this.reason = reason?.type;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const { cause } = error;
      if (cause instanceof CancelledFailure) return await this.#askHowItEnded();
      const result =
        cause instanceof ApplicationFailure ? (cause.details?.[0] as CheckoutResult | undefined) : undefined;
      this.outcome = result?.outcome ?? 'none';
      this.reason = result?.reason?.type ?? String(cause);
    }
  }

  /** The server does not keep the result of a workflow that was cancelled as such. */
  async #askHowItEnded(): Promise<void> {
    const { state, reason } = await this.handle.query(statusQuery);
    const ends = ['completed', 'refused', 'cancelled', 'failed'] as const;
    this.outcome = ends.find((outcome) => outcome === state) ?? 'none';
    this.reason = reason?.type;
  }

  /** The clock is held before and after, so that no time passes while somebody acts. */
  async #people(): Promise<void> {
    const { clock } = this.environment;
    try {
      for (let look = 0; look < 100; look++) {
        await clock.sleep((looks[look] ?? 3_600) * 1_000);
        if (this.#hasEnded) return;
        const status = await this.handle.query(statusQuery);
        // What has changed since the look is refused by the workflow, and is looked at again.
        for (const person of [...this.scenario.people, this.#operate])
          await person(status, this.handle, this.services, this).catch(ignoreRefusal);
      }
    } finally {
      await clock.release();
    }
  }

  readonly #operate = async ({ needsOperator }: CheckoutStatus): Promise<void> => {
    if (!this.operator) return;
    // What a schedule starts asks nobody; its service is mended by those who look after that.
    if (this.scenario.process.scheduled) this.isMended = true;
    for (const escalation of needsOperator ?? []) {
      if (this.scenario.isWaitedFor?.(escalation)) continue;
      this.escalations.push(escalation);
      const decision = await this.operator(escalation, this);
      await this.handle.executeUpdate(resolveUpdate, {
        args: [{ what: escalation.what, decision, by: 'Olga', note: 'looked after it' }],
      });
    }
  };
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof WorkflowFailedError)) throw error;
}

/** Nobody waits for the answer any more. */
function deliverLate(call: Call): void {
  try {
    call.deliver();
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
  }
}
