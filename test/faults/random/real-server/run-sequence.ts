import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { SweepClient } from '../../../../client/sweep-client.ts';
import { cart } from '../../../../demo/shop.ts';
import { waitUntil } from '../../../../parts/wait.ts';
import { contentHash } from '../../../../platform/content-hash.ts';
import type { CheckoutInput } from '../../../../workflows/checkout/contract.ts';
import type { Clients } from '../../../clients.ts';
import { forget, reset } from '../../../system/temporal-means.ts';
import type { Verdict } from '../process.ts';
import { confirmPayments, isBusy, readAll, readOwn, retryWhileBusy, type Traced } from './left.ts';
import { type Answer, endOf, Processes, type Start } from './processes.ts';
import { ignore, ignoreRefusal, typeOf } from './refusals.ts';
import { brokenRules } from './rules.ts';
import type { Process, ServerAction, ServerSequence } from './sequence.ts';

const all: readonly Process[] = ['checkout', 'one refund', 'another refund'];

const price = 2_999;

/** How long consumers may take for what was published: milliseconds. */
const consumerTimeoutMs = 20_000;

/** How long one sequence may take: milliseconds. */
const sequenceTimeoutMs = 240_000;

/** Runs a sequence on a real server to its end, and looks whether it has left everything as one run would have. */
export async function runOnRealServer(clients: Clients, sequence: ServerSequence): Promise<Verdict> {
  const name = `sequence-${randomUUID()}`;
  const traced: Traced = { checkoutId: name, customerId: `customer-${name}`, sku: `lamp-${name}` };
  await prepare(clients, traced);
  const input = cart(name, {
    customerId: traced.customerId,
    lines: [{ sku: traced.sku, quantity: 2 }],
    paymentMethod: sequence.paymentMethod,
  });
  const run = new ServerSequenceRun(clients, sequence, traced, input);
  const verdict = run.lead();
  const isLate = delay(sequenceTimeoutMs, undefined, { ref: false });
  return Promise.race([verdict, isLate.then(() => noEnd(`nothing came of it for ${sequenceTimeoutMs} ms`))]);
}

const noEnd = (why: string): Verdict => ({ outcome: 'none', problems: [`it does not come to an end: ${why}`] });

async function prepare({ services }: Clients, { customerId, sku }: Traced): Promise<void> {
  const customer = { customerId, name: 'Ada', email: 'ada@example.org', country: 'US' };
  await retryWhileBusy(() => services.customers.importCustomers({ customers: [customer] }));
  await retryWhileBusy(() =>
    services.catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { USD: price } }] }),
  );
  await retryWhileBusy(() => services.inventory.receiveStock({ receiptId: sku, lines: [{ sku, quantity: 10 }] }));
}

class ServerSequenceRun {
  readonly #clients: Clients;
  readonly #sequence: ServerSequence;
  readonly #traced: Traced;
  readonly #processes: Processes;
  readonly #problems: string[] = [];
  /** What nobody has waited for yet. */
  readonly #inFlight: Promise<unknown>[] = [];
  readonly #strangers: WorkflowHandle[] = [];

  constructor(clients: Clients, sequence: ServerSequence, traced: Traced, input: CheckoutInput) {
    this.#clients = clients;
    this.#sequence = sequence;
    this.#traced = traced;
    this.#processes = new Processes(clients, input);
  }

  async lead(): Promise<Verdict> {
    try {
      for (const action of this.#sequence.actions) await this.#perform(action);
      return await this.#end();
    } catch (error) {
      return noEnd(String(error));
    }
  }

  async #perform(action: ServerAction): Promise<void> {
    const { temporal, checkouts } = this.#clients;
    const { checkoutId } = this.#traced;
    switch (action.what) {
      case 'start':
        return this.#start(action);
      case 'sweep':
        await this.#sweep();
        return;
      case 'the customer cancels':
        return checkouts.cancel(checkoutId).then(ignore, ignoreRefusal);
      case 'the customer confirms':
        return confirmPayments(checkoutId);
      case 'reset': {
        const choose = (tasks: number) => Math.floor((action.at * tasks) / 1_000);
        await reset(temporal, this.#processes.workflowIdOf(action.process), choose).catch(ignoreRefusal);
        return action.isAwaited ? this.#untilEnded(action.process) : undefined;
      }
      case 'forget':
        // What Temporal puts off happens to the actions that follow.
        await forget(temporal, this.#processes.workflowIdOf(action.process), 20_000).catch(ignoreRefusal);
        return;
      case 'terminate':
        return this.#processes.handleOf(action.process).terminate('in a test').then(ignore, ignoreRefusal);
      case 'cancel in Temporal':
        return this.#processes.handleOf(action.process).cancel().then(ignore, ignoreRefusal);
    }
  }

  /** Everything comes to rest, and the sweeps of the next half an hour find what is left. */
  async #end(): Promise<Verdict> {
    const { services } = this.#clients;
    await Promise.race([Promise.allSettled(this.#inFlight), this.#untilAllEnded()]);
    // The first one may have begun before everything had come to rest.
    for (let quiet = 0, sweeps = 0; quiet < 2 && sweeps < 8; sweeps++) {
      await this.#untilAllEnded();
      if (await this.#processes.isWaitingForTheCustomer()) await this.#bringToAnEnd();
      quiet = (await this.#sweep()) ? 0 : quiet + 1;
    }
    for (const process of all)
      if (await this.#processes.isRunning(process)) this.#complain(`${process}: running at the end`);
    const unfinished = await retryWhileBusy(() =>
      services.orders.listUnfinishedOrders({ olderThanSeconds: 0, limit: 1_000 }),
    );
    if ((unfinished.orderIds as string[]).includes(this.#traced.checkoutId)) this.#complain('it is swept for ever');
    for (const stranger of this.#strangers) await stranger.terminate('the test is over').catch(ignoreRefusal);
    const everyoneHears = Promise.allSettled(this.#inFlight).then(() => true);
    if (!(await Promise.race([everyoneHears, delay(consumerTimeoutMs, false, { ref: false })])))
      this.#complain('whoever has started it waits for ever');
    await this.#lookAtSomethingLater();
    let broken: string[] = [];
    const holds = async () => {
      broken = brokenRules(await retryWhileBusy(() => readAll(services, this.#traced)));
      return broken.length === 0;
    };
    await waitUntil(holds, { within: consumerTimeoutMs, every: 250 });
    const { state } = await this.#processes.known('checkout');
    return { outcome: state, problems: [...new Set([...this.#problems, ...broken])] };
  }

  async #start(action: Start): Promise<void> {
    const { process, content, by } = action;
    const known = await this.#processes.known(process);
    const isRunning = await this.#processes.isRunning(process);
    const before = await this.#restingState();
    const told = this.#startAndWait(action);
    if (!action.isAwaited) {
      this.#inFlight.push(told);
      told.catch(ignore);
      return;
    }
    const end = await told;
    await this.#untilEnded(process);
    if (!end || known.hash === undefined || isRunning) return;
    // A sweep that was asked for by another sequence may have begun to take it over.
    if (by !== 'our client' && ['InvalidState', 'WorkflowExecutionAlreadyStartedError'].includes(end.outcome)) return;
    const complain = (problem: string) =>
      this.#complain(`${process}, started by ${by} with ${content} content: ${problem}`);
    if (known.hash !== this.#processes.hashOf(process, content)) {
      if (end.outcome !== 'IdempotencyConflict' && known.state !== 'pending')
        complain(`${end.outcome} instead of a conflict`);
      if (before && before !== (await this.#restingState())) complain('it has changed something');
    } else if (known.state === 'completed' && end.outcome !== 'completed')
      complain(`${JSON.stringify(end)}, and it was completed`);
    else if (known.state === 'cancelled' && end.reason !== known.reason)
      complain(`${JSON.stringify(end)}, and it was ${known.reason}`);
  }

  /** @returns what whoever started it is told; nothing while it waits for the customer */
  async #startAndWait(action: Start): Promise<Answer | undefined> {
    try {
      if (action.by === 'our client') return await this.#processes.startByClient(action);
      const handle = await this.#processes.startBare(
        action,
        action.by === 'stranger' ? `stranger-${randomUUID()}` : undefined,
      );
      if (action.by === 'stranger') this.#strangers.push(handle);
      const end = endOf(handle);
      this.#inFlight.push(end);
      return await Promise.race([end, this.#processes.untilEnded(action.process, handle).then(ignore)]);
    } catch (error) {
      ignoreRefusal(error);
      if (isBusy(error)) return undefined;
      return { outcome: typeOf(error), reason: typeOf(error) };
    }
  }

  async #untilEnded(process: Process): Promise<void> {
    const problem = await this.#processes.untilEnded(process);
    if (problem) this.#complain(problem);
  }

  async #untilAllEnded(): Promise<void> {
    for (const process of all) await this.#untilEnded(process);
  }

  #bringToAnEnd(): Promise<void> {
    const { checkoutId } = this.#traced;
    if (this.#sequence.inTheEnd === 'confirms') return confirmPayments(checkoutId).then(() => this.#untilItGoesOn());
    return this.#clients.checkouts.cancel(checkoutId).then(ignore, ignoreRefusal);
  }

  /** The webhook of the provider is on its way. */
  async #untilItGoesOn(): Promise<void> {
    await waitUntil(async () => !(await this.#processes.isWaitingForTheCustomer()), { within: consumerTimeoutMs });
  }

  /** @returns whether it has taken over something of this sequence */
  async #sweep(): Promise<boolean> {
    const { recovered } = await new SweepClient(this.#clients.temporal).sweep({ olderThanSeconds: 0 });
    const ids = all.map((process) => this.#processes.workflowIdOf(process).replace(/^[^/]*\//, ''));
    return recovered.some(({ id }) => ids.includes(id));
  }

  /** A checkout of its own: once consumers have handled it, they have handled what was published before it. */
  async #lookAtSomethingLater(): Promise<void> {
    const { checkouts, services } = this.#clients;
    const checkoutId = `after-${this.#traced.checkoutId}`;
    const customer = { customerId: checkoutId, name: 'Bob', email: 'bob@example.org', country: 'US' };
    await retryWhileBusy(() => services.customers.importCustomers({ customers: [customer] }));
    const later = cart(checkoutId, { customerId: checkoutId, lines: [{ sku: 'product-1', quantity: 1 }] });
    await retryWhileBusy(() => checkouts.startCheckout(later));
    await retryWhileBusy(() => checkouts.waitForResult(checkoutId));
    const traced = { checkoutId, customerId: checkoutId, sku: 'product-1' };
    const isHandled = async () => {
      const { mails, journals, timeline } = await retryWhileBusy(() => readAll(services, traced));
      return mails.length === 1 && journals.length === 1 && timeline.some(({ event }) => event === 'NotificationSent');
    };
    if (!(await waitUntil(isHandled, { within: consumerTimeoutMs, every: 100 })))
      this.#complain('consumers stand still');
  }

  /** What is there while none of its processes is running; nothing when one is. */
  async #restingState(): Promise<string | undefined> {
    const running = await Promise.all(all.map((process) => this.#processes.isRunning(process)));
    if (running.includes(true)) return undefined;
    return contentHash(
      JSON.parse(JSON.stringify(await retryWhileBusy(() => readOwn(this.#clients.services, this.#traced)))),
    );
  }

  #complain(problem: string): void {
    this.#problems.push(problem);
  }
}
