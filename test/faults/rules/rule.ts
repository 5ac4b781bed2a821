import type { EventName } from '../../../events/contracts/index.ts';
import type { CheckoutResult } from '../../../workflows/checkout/contract.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import type { Scenario } from '../scenario.ts';

/** What the rules look at: a trial, for one. */
export interface Judged {
  readonly services: FakeServices;
  readonly scenario: Pick<Scenario, 'process' | 'cards' | 'earlier'>;
  readonly outcome: CheckoutResult['outcome'] | 'none';
  readonly reason: string | undefined;
  /** Whether an operator has resolved calls manually. */
  readonly isResolvedManually: boolean;
}

/** What must hold, and what is said where it does not. */
export type Rule = readonly [holds: boolean, rule: string];

/** What must hold of one subject after any process, whatever happened: the rules of the audit, over the services in memory. */
export interface SubjectRules {
  rules(judged: Judged): Rule[];
  /** The templates of the mails that are owed about it. */
  mails?(judged: Judged): string[];
  /** Its facts, in the order in which those of one workflow come; each comes once. */
  readonly facts?: readonly EventName[];
}

/** How the process ended: what an earlier run has completed stays so, whatever this one tells. */
export const outcomeOf = ({ outcome, scenario }: Judged) => (scenario.earlier === 'completed' ? 'completed' : outcome);
