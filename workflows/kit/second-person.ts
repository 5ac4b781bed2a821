import { decisionRefusals } from '../../contracts/decision-refusals.ts';
import type { Decision } from './contract.ts';
import { failure } from './failure.ts';

type Actor = Pick<Decision, 'by' | 'issuer'>;

/**
 * A decision that two different people have to take: that of the first one is kept as requested, and that of the second one is
 * carried out.
 */
export class SecondPerson {
  #requested: Decision | undefined;

  /** @param requested what the first person has asked for already */
  constructor(requested?: Decision) {
    this.#requested = requested && { ...requested, state: 'requested' };
  }

  /** What waits for a second person. */
  get requested(): Decision | undefined {
    return this.#requested;
  }

  /** @throws {ApplicationFailure} `SecondPersonNeeded` for the person who has asked for it */
  validate(actor: Actor): void {
    if (!this.#requested || !isSame(this.#requested, actor)) return;
    const message = `${actor.by} has asked for this, so that another person has to confirm it`;
    throw failure(decisionRefusals.SecondPersonNeeded, message, { field: 'by' });
  }

  /** @returns the decision as requested, or as confirmed by a second person, and to be carried out */
  take(decision: Decision): Decision {
    if (!this.#requested) {
      this.#requested = { ...decision, state: 'requested' };
      return this.#requested;
    }
    const { by, issuer, at } = this.#requested;
    return { ...decision, confirms: { by, ...(issuer !== undefined && { issuer }), at } };
  }
}

/** A subject without its issuer may be anyone who is called so. */
const isSame = (one: Actor, other: Actor): boolean =>
  one.by === other.by && (one.issuer === other.issuer || one.issuer === undefined || other.issuer === undefined);
