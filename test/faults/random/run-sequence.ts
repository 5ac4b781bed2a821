import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { cancelUpdate, checkoutWorkflowId } from '../../../workflows/checkout/messages.ts';
import type { RefundRequest } from '../../../workflows/refund/contract.ts';
import { refundWorkflowId } from '../../../workflows/refund/messages.ts';
import { type CheckoutEnvironment, checkoutRequest } from '../../workflows/environment.ts';
import { type Call, FakeServices, type Interference, refuse } from '../../workflows/fake-services.ts';
import { arrive } from '../faults.ts';
import { LeftAttempts } from '../left-attempts.ts';
import { ignoreRefusal } from '../refusals.ts';
import { brokenRules } from '../rules/index.ts';
import type { Judged } from '../rules/rule.ts';
import { checkout } from '../scenarios/checkout.ts';
import { isSafeToCancel } from './cancellation.ts';
import { InvoiceOfSequence, isBillingAction, isInvoiceRun } from './invoices.ts';
import type { Verdict } from './process.ts';
import { AtTheProvider } from './provider.ts';
import { type End, endOf, snapshotOf } from './run-end.ts';
import type { Action, BillingAction, IdentitySequence, ProviderAction, Termination } from './sequence.ts';

type Run = Extract<Action, { readonly as: string }>;

/** Long enough for a checkout to undo everything while a call goes on: milliseconds. */
const undoTimeMs = 300;

/** Runs the sequence of an id to its end, and looks whether it has left everything as one run would have. */
export async function runSequence(
  environment: CheckoutEnvironment,
  sequence: IdentitySequence,
  id: string,
): Promise<Verdict> {
  const run = new SequenceRun(environment, sequence, id);
  for (const action of sequence.actions) await run.perform(action);
  return run.end();
}

class SequenceRun {
  readonly #environment: CheckoutEnvironment;
  readonly #sequence: IdentitySequence;
  readonly #id: string;
  readonly #services = new FakeServices();
  readonly #left: LeftAttempts;
  readonly #provider: AtTheProvider;
  readonly #invoice: InvoiceOfSequence;
  readonly #late: Call[] = [];
  readonly #problems: string[] = [];
  /** Runs that were terminated: what their workers still call gets nowhere. */
  readonly #dead = new Set<string>();
  #interference: (call: Call) => Interference | undefined = () => undefined;

  constructor(environment: CheckoutEnvironment, sequence: IdentitySequence, id: string) {
    this.#environment = environment;
    this.#sequence = sequence;
    this.#id = id;
    this.#provider = new AtTheProvider(environment, this.#services, id);
    this.#invoice = new InvoiceOfSequence(environment, this.#services, id, sequence.paymentMethod);
    this.#left = new LeftAttempts(environment.clock, this.#services);
    this.#services.onEnd = (call) => this.#left.letGo(call);
    this.#services.interfereWith((call) =>
      this.#dead.has(call.runId) ? { before: refuse('Unavailable', 'its worker is lost') } : this.#interference(call),
    );
  }

  async perform(action: Action): Promise<void> {
    if (action.run === 'sweep') await this.#sweep();
    else if (action.run === 'two payments at once') await this.#payTwice();
    else if (action.run === 'in billing') this.#invoice.inBilling(action.billingAction);
    else if (action.run === 'at the provider') {
      this.#provider.do(action.providerAction);
      if (action.isTold) await this.#tell();
    } else if (action.run === 'the world changes') {
      this.#services.customerStatus = 'banned';
      this.#services.interfere('quote', { before: refuse('UnknownProduct') });
    } else await this.#run(action);
  }

  /** Requests that were stuck on their way arrive, and the sweeps of the next half an hour find what is left. */
  async end(): Promise<Verdict> {
    for (const call of this.#late) arrive(call);
    await this.#sweep();
    await this.#sweep();
    await this.#tell();
    await this.#tell();
    await this.#whileAnswered(async () => {
      this.#problems.push(...(await this.#invoice.finish()));
    });
    const { looked } = await this.#environment.sweep(this.#services);
    if (looked > 0) this.#problems.push(`${looked} are left to sweep for ever`);
    const [order] = this.#services.orders.orders.values();
    const outcome = order?.state === 'completed' ? 'completed' : 'refused';
    // Where a run was terminated on its way back its payment is voided: what is pending still goes on with another one.
    const ended = this.#sequence.actions.filter((action) => action.run === 'checkout' && action.terminated);
    const judged: Judged = {
      services: this.#services,
      scenario: { process: checkout, cards: 1 + ended.length },
      outcome,
      reason: order?.cancellation?.type,
      isResolvedManually: false,
    };
    return { outcome: order?.state ?? 'none', problems: [...this.#problems, ...(await brokenRules(judged))] };
  }

  /**
   * A void gives back what a later run has captured. It arrives before one: the payments service gives a call up after
   * seconds, and the sweeper comes after minutes.
   */
  #arriveVoids(): void {
    for (const call of this.#late.filter(({ operation }) => operation === 'void')) arrive(call);
  }

  async #run(action: Run): Promise<void> {
    this.#arriveVoids();
    const known = this.#known(action);
    const before = snapshotOf(this.#services);
    const end = await this.#runToItsEnd(action);
    if (known.hash === undefined || action.terminated) return;
    const told = 'threw' in end ? end.threw : end.outcome;
    const complain = (problem: string) => this.#problems.push(`${action.run} ${action.as}: ${problem}`);
    if (action.as === 'other content') {
      if (told !== 'IdempotencyConflict') complain(`${told} instead of a conflict`);
      if (!action.meanwhile && snapshotOf(this.#services) !== before) complain('it has changed something');
    } else if (known.state === 'completed' && told !== 'completed') complain(`${told}, and it was completed`);
    else if (known.state === 'cancelled' && known.reason !== ('threw' in end ? end.threw : end.reason))
      complain(`${JSON.stringify(end)}, and it was ${known.reason}`);
  }

  async #runToItsEnd(action: Run): Promise<End> {
    const reached = Promise.withResolvers<true>();
    const goesOn = Promise.withResolvers<void>();
    const ownId = this.#workflowIdOf(action);
    const own = this.#environment.client.workflow.getHandle(ownId);
    const { promise: ended, resolve: end } = Promise.withResolvers<End>();
    let calls = 0;
    let isCancelled = false;
    let isHeldLocally = false;
    const { terminated, meanwhile, cancelledAtCall = Number.POSITIVE_INFINITY } = action;
    const cancelOnce = async () => {
      if (isCancelled || !(await isSafeToCancel(own, this.#services)) || isCancelled) return;
      isCancelled = true;
      await cancel(action, own).catch(ignoreRefusal);
      await Promise.race([ended, delay(undoTimeMs)]);
    };
    this.#interference = (call) => {
      calls += 1;
      const number = calls;
      if (calls === terminated?.atCall) {
        isHeldLocally = call.isLocal;
        return this.#hold(call, terminated.effect, () => {
          reached.resolve(true);
          return goesOn.promise;
        });
      }
      return {
        after: async () => {
          if (call.operation === 'authorize') await this.#answer(ownId);
          if (number === meanwhile?.atCall) await this.#meanwhile(action, ownId, meanwhile.providerAction);
          // A local activity hides the cancellation from its workflow until it has ended.
          if (number >= cancelledAtCall && !call.isLocal) await cancelOnce();
        },
      };
    };
    const handle = await this.#start(action, ownId);
    void endOf(handle).then(end);
    if (await Promise.race([reached.promise, ended.then(() => false)])) {
      const { runId } = await own.describe();
      await own.terminate('in a test');
      // It never lets go of the clock for a workflow task that is part of a terminated workflow.
      if (isHeldLocally) await this.#environment.clock.release();
      // This server does not tell a parent that its child was terminated.
      if (action.as === 'stranger') await handle.terminate('in a test').catch(ignoreRefusal);
      this.#dead.add(runId);
      await this.#left.add(await own.describe());
    }
    goesOn.resolve();
    const outcome = await ended;
    this.#interference = () => undefined;
    return outcome;
  }

  #hold(call: Call, effect: Termination['effect'], wait: () => Promise<void>): Interference {
    if (effect === 'first') return { after: wait };
    return {
      before: async () => {
        if (effect === 'late') this.#late.push(call);
        await wait();
        throw new ServiceFailure('Unavailable', 'its worker is lost');
      },
    };
  }

  #start(action: Run, ownId: string): Promise<WorkflowHandle> {
    const isOther = action.as === 'other content' && this.#known(action).hash !== undefined;
    const options = {
      workflowId: action.as === 'stranger' ? `stranger-${crypto.randomUUID()}` : ownId,
      workflowRunTimeout: '30 days',
    } as const;
    if (isInvoiceRun(action.run)) return this.#invoice.start(action.run, { isOther, workflowId: options.workflowId });
    if (action.run === 'checkout') {
      const request = checkoutRequest({
        checkoutId: this.#id,
        paymentMethod: this.#sequence.paymentMethod,
        lines: [{ sku: 'product-1', quantity: isOther ? 3 : 2 }],
      });
      return this.#environment.start(this.#services, request, options);
    }
    const request = {
      refundId: this.#refundId(action),
      orderId: this.#id,
      lines: [{ sku: 'product-1', quantity: 1 }],
      reason: isOther ? 'too large' : 'too small',
    };
    return this.#environment.startRefund(this.#services, request as unknown as RefundRequest, options);
  }

  async #sweep(): Promise<void> {
    this.#arriveVoids();
    const { recovered } = await this.#environment.sweep(this.#services);
    const { workflow } = this.#environment.client;
    const handles = recovered.map(({ process, id }) =>
      workflow.getHandle(process === 'checkout' ? checkoutWorkflowId(id) : refundWorkflowId(id)),
    );
    for (const handle of handles) {
      const end = await endOf(handle);
      if ('threw' in end) this.#problems.push(`a sweep of ${handle.workflowId} threw ${end.threw}`);
    }
  }

  async #tell(): Promise<void> {
    this.#interference = (call) => this.#provider.decideWhatIsLookedAt(call);
    this.#problems.push(...(await this.#provider.tell()));
    this.#interference = () => undefined;
  }

  /** The bank or a reviewer answers to what a payment waits for. */
  #answer(ownId: string): Promise<void> {
    const { payments } = this.#services;
    const paymentId = payments.listOf(ownId).at(-1)?.paymentId ?? payments.newest('checkouts');
    return this.#provider.answer(this.#sequence.whenAsked, ownId, paymentId);
  }

  async #meanwhile({ run }: Run, ownId: string, done: ProviderAction | BillingAction): Promise<void> {
    if (isBillingAction(done)) return this.#invoice.inBilling(done);
    if (isInvoiceRun(run)) {
      this.#provider.do(done, this.#services.payments.listOf(ownId).at(-1)?.paymentId ?? '');
      await this.#provider.hear(ownId);
    } else {
      this.#provider.do(done);
      await this.#provider.hear();
    }
  }

  async #payTwice(): Promise<void> {
    this.#arriveVoids();
    await this.#whileAnswered(() => this.#invoice.payTwice());
  }

  /** No time may have to pass: a run that was terminated may keep the clock. */
  async #whileAnswered(run: () => Promise<void>): Promise<void> {
    this.#interference = (call) => (call.operation === 'authorize' ? { after: () => this.#answerAll() } : undefined);
    await run();
    this.#interference = () => undefined;
  }

  async #answerAll(): Promise<void> {
    for (const run of ['payment', 'another payment'] as const) {
      const ownId = this.#invoice.workflowIdOf(run);
      const paymentId = this.#services.payments.listOf(ownId).at(-1)?.paymentId;
      if (paymentId) await this.#provider.answer(this.#sequence.whenAsked, ownId, paymentId);
    }
  }

  #workflowIdOf(action: Run): string {
    if (isInvoiceRun(action.run)) return this.#invoice.workflowIdOf(action.run);
    return action.run === 'checkout' ? checkoutWorkflowId(this.#id) : refundWorkflowId(this.#refundId(action));
  }

  #refundId({ run }: Run): string {
    return `${run === 'refund' ? 'refund' : 'another'}-${this.#id}`;
  }

  /** What the orders know before a run. */
  #known(action: Run): {
    readonly state: string;
    readonly hash?: string | undefined;
    readonly reason?: string | undefined;
  } {
    if (isInvoiceRun(action.run)) return this.#invoice.known(action.run);
    const { orders } = this.#services;
    const known =
      action.run === 'checkout'
        ? orders.recallOrder({ orderId: this.#id })
        : orders.recallRefund({ refundId: this.#refundId(action) });
    return { state: known.state, hash: known.requestHash, reason: known.cancellation?.type };
  }
}

async function cancel({ run }: Run, handle: WorkflowHandle): Promise<void> {
  // Each of them calls its update so.
  if (run === 'checkout' || run === 'payment' || run === 'another payment')
    await handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' });
  else await handle.cancel();
}
