import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import type { CheckoutRequest, CheckoutResult, CheckoutStatus } from '../../workflows/checkout/contract.ts';
import type { InvoicePaymentInput } from '../../workflows/invoice-payment/contract.ts';
import type { Escalation } from '../../workflows/kit/contract.ts';
import type { RefundRequest } from '../../workflows/refund/contract.ts';
import type { CheckoutEnvironment } from '../workflows/environment.ts';
import type { Call, FakeServices, Interference, Operation } from '../workflows/fake-services.ts';

/**
 * What a call is to its process.
 *
 * - `forward`: before the pivot; given up after its total, or when it is refused, and then everything is undone
 * - `pivot`: takes the money
 * - `until answered`: before the pivot; a refusal ends the process, and while it fails an operator is asked for
 * - `closing`: the pivot, whose way back makes the same call: refused, an operator is asked for, and the process fails
 * - `until done`: is never given up, and an operator can settle it
 * - `update`: is made for a person, who hears of a refusal and decides once more; while it fails an operator is asked for
 * - `noted`: is given up after its total, or when it is refused, and the process goes on: an event does the same
 * - `undo`: the same as `until done`, on the way back
 * - `publication`: is never given up, and nobody can do it by hand
 * - `look`: learns what became of a payment, or what was done at the provider; nothing goes on before it has told
 * - `recall`: learns what an earlier run has left; the same, and that there is nothing is an answer as well
 * - `record`: keeps with the order what has happened; an operator can leave it to people, and then nothing more is told
 * - `entry`: the same, and whatever refuses it is shown to an operator
 * - `sweep`: is made again by the next sweep when it is given up
 * - `comparison`: is never given up while its service fails, and made again by the next comparison when it is refused
 */
export type Role =
  | 'forward'
  | 'until answered'
  | 'pivot'
  | 'closing'
  | 'until done'
  | 'update'
  | 'noted'
  | 'undo'
  | 'publication'
  | 'look'
  | 'recall'
  | 'record'
  | 'entry'
  | 'sweep'
  | 'comparison';

/** A person who looks at a process from time to time and does what is theirs to do. */
export type Person = (
  status: CheckoutStatus,
  handle: WorkflowHandle,
  services: FakeServices,
  /** What has to be seen to is, once they have heard of it. */
  trial: { isMended: boolean },
) => Promise<void>;

/** A process as it goes when nothing fails. */
export interface Scenario {
  readonly name: string;
  readonly process: TriedProcess;
  readonly request: Partial<Record<keyof CheckoutRequest, unknown>>;
  readonly refund?: Partial<Record<keyof RefundRequest, unknown>>;
  readonly payment?: Partial<InvoicePaymentInput>;
  /** What a run before has done under the same id: come to its end, or been terminated after its first call of an operation. */
  readonly earlier?: 'completed' | Operation;
  /** Whether a sweep takes the process up then, instead of the same request again. */
  readonly isSwept?: true;
  /** Whether the sweep has found it: only its taking over is tried, which may go on for longer than a sweep. */
  readonly isFound?: true;
  /** The activities for which the scenario is there; without, all that it calls. */
  readonly rows?: readonly string[];
  readonly outcome: CheckoutResult['outcome'];
  /** How many cards the customer tries: there is one payment for each, never more. */
  readonly cards: number;
  readonly people: readonly Person[];
  /** Whether an escalation that is shown to an operator only waits for another person. */
  readonly isWaitedFor?: (escalation: Escalation) => boolean;
  /** What is wrong from its start on, or was done before. The id is that of its trial. */
  prepare(services: FakeServices, id: string): void;
  /** Calls that are made until they are done, or an operator settles them: `approveReview 1`, the first of the activity. */
  readonly untilDone: readonly string[];
  /** Activities that learn what became of a payment: nothing is undone before they have told. */
  readonly looks: readonly string[];
  /** What calls are whose place does not tell it, by their activities; `findDispute 2` is only the second of them. */
  readonly roles?: Readonly<Record<string, Role>>;
}

/** What is tried. */
export interface Tried {
  readonly environment: CheckoutEnvironment;
  readonly services: FakeServices;
  readonly scenario: Scenario;
  /** Of the checkout, of its refund and of what was done to it at the provider; of an invoice, its payment and its month. */
  readonly id: string;
}

export type StartOptions = Pick<WorkflowStartOptions, 'workflowRunTimeout' | 'workflowTaskTimeout'>;

/** A process as the matrix tries it. */
export interface TriedProcess {
  readonly name: string;
  /** What its outcome is about, which the rules of that compare with what is there. */
  readonly subject:
    | 'order'
    | 'invoice'
    | 'invoice payment'
    | 'payment reversal'
    | 'month'
    | 'payroll'
    | 'payroll correction';
  readonly scenarios: readonly Omit<Scenario, 'process'>[];
  /** Whether an order has to be completed before. */
  readonly isAboutOrder: boolean;
  /** What has to be there before any run of it, an order apart. */
  arrange?(services: FakeServices, id: string): void;
  /** By its own update, which may refuse it; by its workflow, which says nothing; or not at all, as what has happened. */
  readonly cancellation: 'update' | 'workflow' | 'none';
  /** Activities that no cancellation ends: it has to be known first whether there is anything left to cancel, or what has begun goes on. */
  readonly shielded?: readonly string[];
  /** Activities whose refusal is an answer with which the process goes on. */
  readonly answers?: readonly string[];
  /** Whether an order has given money back when it completes, and else nothing. */
  readonly givesBack?: true;
  /** Whether it follows what was done at the provider, which is left to people when it does not complete. */
  readonly followsProvider?: true;
  /** Of a process whose schedule starts the next one after one that does not complete. */
  readonly scheduled?: {
    /** What happens to its calls, besides the fault. */
    interference(handle: () => WorkflowHandle | undefined, fault?: Interfere): Interfere;
    /** Waits for the ends of all that it had to start. What it has not started, the rules see. */
    ends(tried: Tried): Promise<void>;
  };
  /** @param nth which one of its schedule it is, from 1 */
  start(tried: Tried, options: StartOptions, nth: number): Promise<WorkflowHandle>;
}

type Interfere = (call: Call) => Interference | undefined;

/** A process that completes. */
export const usual: Omit<Scenario, 'process'> = {
  name: 'completed',
  request: {},
  outcome: 'completed',
  cards: 1,
  people: [],
  prepare: () => undefined,
  untilDone: [],
  looks: [],
};
