import { setCurrentDetails } from '@temporalio/workflow';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { Attention } from '../until-done.ts';
import type { CheckoutReason, CheckoutState, CheckoutStatus, StepName, StepStatus } from './contract.ts';
import { stepMarks } from './step-marks.ts';

/** Where a checkout stands, for the query `status` and for the timeline in the Web UI. */
export class Progress {
  state: CheckoutState = 'running';
  amounts: OrderAmounts | undefined;
  reason: CheckoutReason | undefined;
  #waitingFor: string | undefined;
  readonly #steps: StepStatus[] = [];
  readonly #undone: string[] = [];

  get undone(): readonly string[] {
    return this.#undone;
  }

  status(ids: Pick<CheckoutStatus, 'checkoutId' | 'orderId'>): CheckoutStatus {
    return {
      ...ids,
      state: this.state,
      steps: this.#steps,
      amounts: this.amounts,
      reason: this.reason,
      undone: this.#undone,
      waitingFor: this.#waitingFor,
    };
  }

  /** Runs a step of the way forward and keeps its times. */
  async step<Result>(name: StepName, run: () => Promise<Result>): Promise<Result> {
    const started: StepStatus = { name, state: 'running', startedAt: now() };
    const index = this.#steps.push(started) - 1;
    this.#show();
    try {
      const result = await run();
      this.#steps[index] = { ...started, state: 'done', endedAt: now() };
      return result;
    } catch (error) {
      this.#steps[index] = { ...started, state: 'refused', endedAt: now() };
      throw error;
    } finally {
      this.#show();
    }
  }

  /** The way back begins. */
  withdraw(reason: CheckoutReason): void {
    this.state = 'compensating';
    this.reason = reason;
    this.#show();
  }

  recordUndone(name: string): void {
    this.#undone.push(name);
    this.#steps.push({ name, state: 'undone', startedAt: now() });
    this.#show();
  }

  end(state: CheckoutState): void {
    this.state = state;
    this.#show();
  }

  readonly attention: Attention = (needed) => {
    this.#waitingFor = needed && `an operator: ${needed.what}: ${needed.message}`;
    this.#show();
  };

  #show(): void {
    const total = this.amounts ? ` · ${formatMoney(this.amounts.total, this.amounts.currency)}` : '';
    const lines = [
      `**${this.state}**${total}`,
      ...(this.reason ? [`${this.reason.type}: ${this.reason.message}`] : []),
      ...(this.#waitingFor ? [`**waits for ${this.#waitingFor}**`] : []),
      ...this.#steps.map(
        ({ name, state, startedAt, endedAt }) =>
          `- ${stepMarks[state]} ${startedAt} ${name}${took(startedAt, endedAt)}`,
      ),
    ];
    setCurrentDetails(lines.join('\n\n'));
  }
}

const now = () => new Date().toISOString();

const took = (startedAt: string, endedAt: string | undefined) =>
  endedAt ? ` (${Date.parse(endedAt) - Date.parse(startedAt)} ms)` : '';
