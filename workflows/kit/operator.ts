import { condition, isCancellation, log, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.ts';
import type { Decision, Escalation, Resolution } from './contract.ts';
import { decisionOf } from './decision.ts';
import { failure, requireDecision } from './failure.ts';
import { resolveUpdate } from './messages.ts';
import type { Progress } from './progress.ts';
import { reasonOf } from './reason.ts';
import { SecondPerson } from './second-person.ts';

interface OpenEscalation {
  readonly escalation: Escalation;
  /** Those who say that it was resolved manually. */
  people: SecondPerson;
  decided: Decision | undefined;
}

interface Retried {
  /** The call has failed before: the operator is asked for at once. */
  readonly failed?: unknown;
  /** Turns true when the call is worth another try at once. */
  readonly wake?: () => boolean;
}

const firstPause = 5 * 60_000;
const longestPause = 6 * 60 * 60_000;

/**
 * The person who looks after calls that must not be given up. The process shows that it needs an operator, and goes on
 * trying, more and more slowly, so that even a year of it fits into one history; the operator can have the call made
 * again at once, or say that it was done by hand, which a second one has to confirm where they are known by their issuer.
 */
export class Operator {
  readonly #progress: Pick<Progress<string, object>, 'showEscalations' | 'recordDecision'>;
  readonly #open = new Map<string, OpenEscalation>();

  constructor(progress: Pick<Progress<string, object>, 'showEscalations' | 'recordDecision'>) {
    this.#progress = progress;
    setHandler(resolveUpdate, (resolution) => this.#resolve(resolution), {
      validator: (resolution) => this.#validate(resolution),
      description: 'An operator decides about a call that keeps failing: retry now, or resolved manually',
    });
  }

  /**
   * Makes a call until it succeeds. Its activity retries for some minutes by itself; then an operator is asked for, and
   * the call is made again after 5 minutes, 10, 20 and so on up to 6 hours.
   */
  async untilDone<Result>(what: string, call: () => Promise<Result>, more: Retried = {}): Promise<Result> {
    return (await this.#repeat(what, call, more, false)) as Result;
  }

  /**
   * The same, for what an operator can do by hand as well.
   *
   * @returns what the call returned, or `undefined` when an operator has resolved it manually
   */
  untilResolved<Result>(what: string, call: () => Promise<Result>, more: Retried = {}): Promise<Result | undefined> {
    return this.#repeat(what, call, more, true);
  }

  async #repeat<Result>(
    what: string,
    call: () => Promise<Result>,
    { failed, wake = () => false }: Retried,
    canBeSettled: boolean,
  ): Promise<Result | undefined> {
    let error = failed;
    let pause = firstPause;
    for (;;) {
      try {
        if (error === undefined) {
          const result = await call();
          this.#close(what);
          return result;
        }
        const open = this.#ask(what, reasonOf(error).message, canBeSettled);
        error = undefined;
        await condition(() => open.decided !== undefined || wake(), pause, { summary: `${what}: try again` });
        pause = Math.min(pause * 2, longestPause);
        if (open.decided?.decision === 'settle') {
          this.#close(what);
          return undefined;
        }
      } catch (thrown) {
        if (isCancellation(thrown)) {
          this.#close(what);
          throw thrown;
        }
        error = thrown;
      }
    }
  }

  #ask(what: string, message: string, canBeSettled: boolean): OpenEscalation {
    log.error('a call that must not be given up has failed', { what, message });
    if (this.#open.size === 0) upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: true }]);
    const { escalation: before, people = new SecondPerson() } = this.#open.get(what) ?? {};
    const since = before?.since ?? new Date().toISOString();
    const open: OpenEscalation = { escalation: { what, message, since, canBeSettled }, people, decided: undefined };
    this.#open.set(what, open);
    this.#show();
    return open;
  }

  #close(what: string): void {
    if (!this.#open.delete(what)) return;
    if (this.#open.size === 0) upsertSearchAttributes([{ key: searchAttributes.needsOperator, value: false }]);
    this.#show();
  }

  #show(): void {
    this.#progress.showEscalations(
      [...this.#open.values()].map(({ escalation, people: { requested } }) => ({
        ...escalation,
        ...(requested && { requested }),
      })),
    );
  }

  #find(what: string | undefined): OpenEscalation | undefined {
    return what === undefined && this.#open.size === 1 ? [...this.#open.values()][0] : this.#open.get(what ?? '');
  }

  #validate(resolution: Resolution): void {
    requireDecision(resolution, ['retry', 'settle']);
    if (this.#open.size === 0)
      throw failure('InvalidState', 'nothing needs an operator now: there is nothing to decide');
    const found = this.#find(resolution.what);
    if (!found) {
      const names = [...this.#open.keys()].join(', ');
      throw failure('InvalidRequest', `what: name what you decide about; open are: ${names}`, { field: 'what' });
    }
    const { escalation, people, decided } = found;
    if (decided) throw failure('InvalidState', `${decided.by} has decided about it already: ${decided.decision}`);
    if (resolution.decision === 'settle' && !escalation.canBeSettled) {
      throw failure(
        'InvalidState',
        `this cannot be done by hand: ${escalation.what}; decide \`retry\` once it can succeed`,
      );
    }
    if (takesTwo(resolution, people)) people.validate(resolution);
  }

  #resolve(resolution: Resolution): Decision {
    const open = this.#find(resolution.what) as OpenEscalation;
    const alone = decisionOf(open.escalation.what, resolution);
    const decision = takesTwo(resolution, open.people) ? open.people.take(alone) : alone;
    if (decision.decision === 'retry') open.people = new SecondPerson();
    if (decision.state !== 'requested') open.decided = decision;
    this.#progress.recordDecision(decision);
    this.#show();
    return decision;
  }
}

/** What a program says through Temporal's own client, without an issuer, takes one, as in recorded histories. */
const takesTwo = ({ decision, issuer }: Resolution, { requested }: SecondPerson): boolean =>
  decision === 'settle' && (issuer !== undefined || requested !== undefined);
