import { condition, setHandler } from '@temporalio/workflow';
import type { ApprovalDecision, Decision } from './contract.ts';
import { decisionOf } from './decision.ts';
import { failure, requireActor, requireDecision } from './failure.ts';
import { decideApprovalUpdate } from './messages.ts';
import type { Progress } from './progress.ts';
import { SecondPerson } from './second-person.ts';

interface Asked {
  readonly what: string;
  readonly people: SecondPerson;
  decided: Decision | undefined;
}

/** What two different people have to agree to before a process goes on. Who refuses it decides alone. */
export class Approval<State extends string> {
  readonly #progress: Pick<Progress<State, object>, 'state' | 'wait' | 'recordDecision'>;
  #asked: Asked | undefined;

  constructor(progress: Pick<Progress<State, object>, 'state' | 'wait' | 'recordDecision'>) {
    this.#progress = progress;
    setHandler(decideApprovalUpdate, (decision) => this.#take(decision), {
      validator: (decision) => this.#validate(decision),
      description: 'A person approves what the process waits for, or refuses it',
    });
  }

  /**
   * Waits for as long as it takes.
   *
   * @param what it is: `the refund of 500.00 USD`
   * @param requested what the first person has asked for. @default both people have to approve
   * @returns the decision that counts
   */
  async wait(what: string, requested?: Decision): Promise<Decision> {
    const asked: Asked = { what, people: new SecondPerson(requested), decided: undefined };
    this.#asked = asked;
    if (asked.people.requested) this.#progress.recordDecision(asked.people.requested);
    const message = `${what} takes two people: approve or refuse it`;
    await this.#progress.wait(this.#progress.state, { who: 'approver', message }, () =>
      condition(() => asked.decided !== undefined),
    );
    return asked.decided as unknown as Decision;
  }

  #validate(decision: ApprovalDecision): void {
    requireDecision(decision, ['approve', 'refuse']);
    requireActor(decision);
    if (!this.#asked) throw failure('InvalidState', 'nothing waits for an approval now: there is nothing to decide');
    const { decided, people } = this.#asked;
    if (decided) throw failure('InvalidState', `${decided.by} has decided about it already: ${decided.decision}`);
    if (decision.decision === 'approve') people.validate(decision);
  }

  #take(decision: ApprovalDecision): Decision {
    const asked = this.#asked as Asked;
    const decided = decisionOf(asked.what, decision);
    const taken = decision.decision === 'approve' ? asked.people.take(decided) : decided;
    this.#progress.recordDecision(taken);
    if (taken.state !== 'requested') asked.decided = taken;
    return taken;
  }
}
