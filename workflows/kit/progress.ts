import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { searchAttributes } from '../search-attributes.ts';
import type { Decision, Escalation, ProcessStatus, Reason, StepStatus, Waiting } from './contract.ts';
import { stepMarks } from './step-marks.ts';

export interface ProgressOptions<State extends string, Facts extends object> {
  /** Where it begins. */
  readonly state: State;
  /** The search attribute that a state in which the process waits is written into. @default none */
  readonly stateAttribute?: (typeof searchAttributes)['checkoutStatus'];
  /** What stands beside the state in the Web UI: an amount. @default nothing */
  readonly headline?: (facts: Partial<Facts>) => string | undefined;
}

/** Where a process stands, for its query `status` and for the timeline in the Web UI. */
export class Progress<State extends string, Facts extends object> {
  #state: State;
  /** What else its status and its result tell: the amounts of an order. */
  readonly facts: { -readonly [Name in keyof Facts]?: Facts[Name] } = {};
  reason: Reason | undefined;
  #waiting: Waiting | undefined;
  #escalations: readonly Escalation[] = [];
  readonly #steps: StepStatus[] = [];
  readonly #undone: string[] = [];
  readonly #decisions: Decision[] = [];

  readonly #options: ProgressOptions<State, Facts>;

  constructor(options: ProgressOptions<State, Facts>) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): State {
    return this.#state;
  }

  get undone(): readonly string[] {
    return this.#undone;
  }

  status(): ProcessStatus<State> & Partial<Facts> {
    const [escalation] = this.#escalations;
    return {
      state: this.#state,
      steps: this.#steps,
      ...this.facts,
      reason: this.reason,
      undone: this.#undone,
      waitingFor:
        this.#waiting ?? (escalation && { who: 'operator', message: `${escalation.what}: ${escalation.message}` }),
      needsOperator: this.#escalations,
      decisions: this.#decisions,
    };
  }

  /** Runs a step of the way forward and keeps its times. */
  async step<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
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

  /** Shows that the process waits for people, also to those who filter the list of workflows, while `run` runs. */
  async wait<Result>(state: State, waiting: Waiting, run: () => Promise<Result>): Promise<Result> {
    const before = this.#state;
    const show = (shown: State, waitingFor?: Waiting) => {
      this.#waiting = waitingFor;
      this.#enter(shown);
      const { stateAttribute: key } = this.#options;
      if (key) upsertSearchAttributes([{ key, value: shown }]);
    };
    show(state, waiting);
    try {
      return await run();
    } finally {
      show(before);
    }
  }

  /** The way back begins. */
  compensate(reason: Reason): void {
    this.reason = reason;
    this.#enter('compensating' as State);
  }

  recordUndone(name: string): void {
    this.#undone.push(name);
    this.#steps.push({ name, state: 'undone', startedAt: now() });
    this.#show();
  }

  recordDecision(decision: Decision): void {
    this.#decisions.push(decision);
    this.#show();
  }

  /** Shows the calls that an operator looks after. */
  showEscalations(escalations: readonly Escalation[]): void {
    this.#escalations = escalations;
    this.#show();
  }

  /** The process has come to another state. */
  enter(state: State): void {
    this.#enter(state);
  }

  #enter(state: State): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    const headline = this.#options.headline?.(this.facts);
    const lines = [
      `**${this.#state}**${headline ? ` · ${headline}` : ''}`,
      ...(this.reason ? [`${this.reason.type}: ${this.reason.message}`] : []),
      ...(this.#waiting ? [`**waits for the ${this.#waiting.who}**: ${describeWaiting(this.#waiting)}`] : []),
      ...this.#escalations.map(
        ({ what, message, since }) => `**needs an operator** since ${since}: ${what}: ${message} (update \`resolve\`)`,
      ),
      ...this.#steps.map(
        ({ name, state, startedAt, endedAt }) =>
          `- ${stepMarks[state]} ${startedAt} ${name}${took(startedAt, endedAt)}`,
      ),
      ...this.#decisions.map(
        ({ what, decision, by, note, at, state }) =>
          `- ☞ ${at} ${what}: ${decision}${state ? `, ${state}` : ''}, by ${by}: ${note}`,
      ),
    ];
    setCurrentDetails(lines.join('\n\n'));
  }
}

const describeWaiting = ({ message, until, url }: Waiting) =>
  [message, ...(until ? [`until ${until}`] : []), ...(url ? [url] : [])].join(', ');

const now = () => new Date().toISOString();

const took = (startedAt: string, endedAt: string | undefined) =>
  endedAt ? ` (${Date.parse(endedAt) - Date.parse(startedAt)} ms)` : '';
