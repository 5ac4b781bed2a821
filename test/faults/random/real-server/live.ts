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
import type { Ending } from '../process.ts';
import { confirmPayments, isBusy, patiently, readAll, readOwn, type Traced } from './left.ts';
import type { Process, RealLife, RealMove } from './life.ts';
import { endOf, Processes, type Start, type Told } from './processes.ts';
import { ignore, ignoreRefusal, typeOf } from './refusals.ts';
import { brokenRules } from './rules.ts';

const all: readonly Process[] = ['checkout', 'one refund', 'another refund'];

const price = 2_999;

/** How long consumers may take for what was published: milliseconds. */
const patience = 20_000;

/** How long one life may take: milliseconds. */
const longest = 240_000;

/** Leads a life on a real server to its end, and looks whether it has left everything as one run would have. */
export async function liveOnRealServer(clients: Clients, life: RealLife): Promise<Ending> {
  const name = `life-${randomUUID()}`;
  const traced: Traced = { checkoutId: name, customerId: `customer-${name}`, sku: `lamp-${name}` };
  await prepare(clients, traced);
  const input = cart(name, {
    customerId: traced.customerId,
    lines: [{ sku: traced.sku, quantity: 2 }],
    paymentMethod: life.paymentMethod,
  });
  const lived = new LifeOnRealServer(clients, life, traced, input);
  const ending = lived.lead();
  const isLate = delay(longest, undefined, { ref: false });
  return Promise.race([ending, isLate.then(() => noEnd(`nothing came of it for ${longest} ms`))]);
}

const noEnd = (why: string): Ending => ({ outcome: 'none', problems: [`it does not come to an end: ${why}`] });

async function prepare({ services }: Clients, { customerId, sku }: Traced): Promise<void> {
  const customer = { customerId, name: 'Ada', email: 'ada@example.org', country: 'US' };
  await patiently(() => services.customers.importCustomers({ customers: [customer] }));
  await patiently(() => services.catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { USD: price } }] }));
  await patiently(() => services.inventory.receiveStock({ receiptId: sku, lines: [{ sku, quantity: 10 }] }));
}

class LifeOnRealServer {
  readonly #clients: Clients;
  readonly #life: RealLife;
  readonly #traced: Traced;
  readonly #processes: Processes;
  readonly #problems: string[] = [];
  /** What nobody has waited for yet. */
  readonly #underWay: Promise<unknown>[] = [];
  readonly #strangers: WorkflowHandle[] = [];

  constructor(clients: Clients, life: RealLife, traced: Traced, input: CheckoutInput) {
    this.#clients = clients;
    this.#life = life;
    this.#traced = traced;
    this.#processes = new Processes(clients, input);
  }

  async lead(): Promise<Ending> {
    try {
      for (const move of this.#life.moves) await this.#make(move);
      return await this.#end();
    } catch (error) {
      return noEnd(String(error));
    }
  }

  async #make(move: RealMove): Promise<void> {
    const { temporal, checkouts } = this.#clients;
    const { checkoutId } = this.#traced;
    switch (move.what) {
      case 'start':
        return this.#start(move);
      case 'sweep':
        await this.#sweep();
        return;
      case 'the customer cancels':
        return checkouts.cancel(checkoutId).then(ignore, ignoreRefusal);
      case 'the customer confirms':
        return confirmPayments(checkoutId);
      case 'reset': {
        const choose = (tasks: number) => Math.floor((move.at * tasks) / 1_000);
        await reset(temporal, this.#processes.workflowIdOf(move.process), choose).catch(ignoreRefusal);
        return move.isAwaited ? this.#settle(move.process) : undefined;
      }
      case 'forget':
        // What Temporal puts off happens to the moves that follow.
        await forget(temporal, this.#processes.workflowIdOf(move.process), 20_000).catch(ignoreRefusal);
        return;
      case 'terminate':
        return this.#processes.handleOf(move.process).terminate('in a test').then(ignore, ignoreRefusal);
      case 'cancel in Temporal':
        return this.#processes.handleOf(move.process).cancel().then(ignore, ignoreRefusal);
    }
  }

  /** Everything comes to rest, and the sweeps of the next half an hour find what is left. */
  async #end(): Promise<Ending> {
    const { services } = this.#clients;
    await Promise.race([Promise.allSettled(this.#underWay), this.#settleAll()]);
    // The first one may have begun before everything had come to rest.
    for (let quiet = 0, sweeps = 0; quiet < 2 && sweeps < 8; sweeps++) {
      await this.#settleAll();
      if (await this.#processes.isWaitingForTheCustomer()) await this.#bringToAnEnd();
      quiet = (await this.#sweep()) ? 0 : quiet + 1;
    }
    for (const process of all)
      if (await this.#processes.isRunning(process)) this.#complain(`${process}: running at the end`);
    const unfinished = await patiently(() =>
      services.orders.listUnfinishedOrders({ olderThanSeconds: 0, limit: 1_000 }),
    );
    if ((unfinished.orderIds as string[]).includes(this.#traced.checkoutId)) this.#complain('it is swept for ever');
    for (const stranger of this.#strangers) await stranger.terminate('the test is over').catch(ignoreRefusal);
    const everyoneHears = Promise.allSettled(this.#underWay).then(() => true);
    if (!(await Promise.race([everyoneHears, delay(patience, false, { ref: false })])))
      this.#complain('whoever has started it waits for ever');
    await this.#lookAtSomethingLater();
    let broken: string[] = [];
    const holds = async () => {
      broken = brokenRules(await patiently(() => readAll(services, this.#traced)));
      return broken.length === 0;
    };
    await waitUntil(holds, { within: patience, every: 250 });
    const { state } = await this.#processes.known('checkout');
    return { outcome: state, problems: [...new Set([...this.#problems, ...broken])] };
  }

  async #start(move: Start): Promise<void> {
    const { process, content, by } = move;
    const known = await this.#processes.known(process);
    const isRunning = await this.#processes.isRunning(process);
    const before = await this.#restingState();
    const told = this.#startAndWait(move);
    if (!move.isAwaited) {
      this.#underWay.push(told);
      told.catch(ignore);
      return;
    }
    const end = await told;
    await this.#settle(process);
    if (!end || known.hash === undefined || isRunning) return;
    // A sweep that was asked for by another life may have begun to take it over.
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
  async #startAndWait(move: Start): Promise<Told | undefined> {
    try {
      if (move.by === 'our client') return await this.#processes.startByClient(move);
      const handle = await this.#processes.startBare(
        move,
        move.by === 'stranger' ? `stranger-${randomUUID()}` : undefined,
      );
      if (move.by === 'stranger') this.#strangers.push(handle);
      const end = endOf(handle);
      this.#underWay.push(end);
      return await Promise.race([end, this.#processes.settle(move.process, handle).then(ignore)]);
    } catch (error) {
      ignoreRefusal(error);
      if (isBusy(error)) return undefined;
      return { outcome: typeOf(error), reason: typeOf(error) };
    }
  }

  async #settle(process: Process): Promise<void> {
    const problem = await this.#processes.settle(process);
    if (problem) this.#complain(problem);
  }

  async #settleAll(): Promise<void> {
    for (const process of all) await this.#settle(process);
  }

  #bringToAnEnd(): Promise<void> {
    const { checkoutId } = this.#traced;
    if (this.#life.inTheEnd === 'confirms') return confirmPayments(checkoutId).then(() => this.#untilItGoesOn());
    return this.#clients.checkouts.cancel(checkoutId).then(ignore, ignoreRefusal);
  }

  /** The webhook of the provider is on its way. */
  async #untilItGoesOn(): Promise<void> {
    await waitUntil(async () => !(await this.#processes.isWaitingForTheCustomer()), { within: patience });
  }

  /** @returns whether it has taken over something of this life */
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
    await patiently(() => services.customers.importCustomers({ customers: [customer] }));
    const later = cart(checkoutId, { customerId: checkoutId, lines: [{ sku: 'product-1', quantity: 1 }] });
    await patiently(() => checkouts.startCheckout(later));
    await patiently(() => checkouts.waitForResult(checkoutId));
    const traced = { checkoutId, customerId: checkoutId, sku: 'product-1' };
    const isHandled = async () => {
      const { mails, journals, timeline } = await patiently(() => readAll(services, traced));
      return mails.length === 1 && journals.length === 1 && timeline.some(({ event }) => event === 'NotificationSent');
    };
    if (!(await waitUntil(isHandled, { within: patience, every: 100 }))) this.#complain('consumers stand still');
  }

  /** What is there while none of its processes is running; nothing when one is. */
  async #restingState(): Promise<string | undefined> {
    const running = await Promise.all(all.map((process) => this.#processes.isRunning(process)));
    if (running.includes(true)) return undefined;
    return contentHash(
      JSON.parse(JSON.stringify(await patiently(() => readOwn(this.#clients.services, this.#traced)))),
    );
  }

  #complain(problem: string): void {
    this.#problems.push(problem);
  }
}
