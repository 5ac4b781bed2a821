import { failures } from '../../contracts/catalogue.ts';
import type { CheckoutResult } from '../../workflows/checkout/contract.ts';
import {
  cancelledAfter,
  cancelledDuring,
  type Fault,
  failsThenWell,
  forGood,
  isNeverReported,
  isResetAfter,
  refusalOf,
  timesOutAfter,
  timesOutBefore,
} from './faults.ts';
import type { Step } from './steps.ts';
import type { Operator } from './trial.ts';

type Outcome = CheckoutResult['outcome'];

/** What has to come of a step with this fault. */
export interface Expectation {
  readonly outcomes: readonly Outcome[];
  /** How the request to cancel is answered, where there is one. */
  readonly cancellation?: 'accepted' | 'refused';
  /** Whether an operator is asked for. */
  readonly operator: boolean;
}

export interface Column {
  readonly name: string;
  /** The same fault in each of its forms; all of them have to end as expected. */
  faults(step: Step): readonly Fault[];
  expect(step: Step): Expectation;
  readonly operator?: Operator;
}

export const workerLost = 'worker lost';

const neverGivenUp = ({ role }: Step) => role === 'until done' || role === 'undo' || role === 'publication';
/** What an operator has made again, or the next sweep or comparison makes again by itself. */
const isMadeAgain = ({ role }: Step) => role === 'recall' || isMadeAgainByItself({ role });
const isMadeAgainByItself = ({ role }: Pick<Step, 'role'>) => role === 'sweep' || role === 'comparison';
/** What is not done by this call is done by something else. */
const isDoneOtherwise = (step: Step) => isMadeAgainByItself(step) || step.role === 'noted';
/** A person hears of the refusal, has it seen to, and decides once more. */
const isDecidedAgain = ({ role }: Step) => role === 'update';

const isAnswer = ({ activity, scenario }: Step) => scenario.process.answers?.includes(activity) === true;

const asUsual = ({ scenario }: Step): Expectation => ({ outcomes: [scenario.outcome], operator: false });
const operatorThenAsUsual = (step: Step): Expectation => ({ ...asUsual(step), operator: true });
const ends = (...outcomes: Outcome[]): Expectation => ({ outcomes, operator: false });

/** The service is mended, and the call is made again. */
const mends: Operator = (_, trial) => {
  trial.isMended = true;
  return 'retry';
};

/** The operator does what the call was to do, where a person can. */
const doesItByHand: Operator = (escalation, trial) => {
  trial.isMended = true;
  if (!escalation.canBeSettled) return 'retry';
  trial.doByHand();
  return 'settle';
};

const passes = (name: string, fault: Fault): Column => ({ name, faults: () => [fault], expect: asUsual });

/**
 * A refund is cancelled by its workflow, which takes no notice once the money is being paid back. What was paid
 * for before tells how it ended, whether it takes the cancellation or refuses it.
 */
const cancellation = (step: Step, isOpen: boolean): Expectation => {
  const { process, earlier, isSwept } = step.scenario;
  // What a comparison that was cancelled has left, the next one finds.
  if (isSwept || earlier === 'completed' || process.scheduled) return asUsual(step);
  if (isOpen) return { ...ends('cancelled'), cancellation: 'accepted' };
  return process.cancellation === 'update' ? { ...asUsual(step), cancellation: 'refused' } : asUsual(step);
};

export const columns: readonly Column[] = [
  {
    name: 'refused',
    faults: () => [forGood(refusalOf)],
    operator: doesItByHand,
    expect(step) {
      if (neverGivenUp(step)) return operatorThenAsUsual(step);
      // That there is nothing is an answer, and goes on.
      if (isMadeAgain(step) || isDoneOtherwise(step) || isDecidedAgain(step) || isAnswer(step)) return asUsual(step);
      if (step.role === 'closing') return { ...ends('failed'), operator: true };
      // The payments service knows nothing of the payment: then nothing was taken.
      if (step.role === 'look') return ends('failed', 'refused');
      // Of an order that was undone there is nothing to take from.
      if (step.role === 'record') return ends('refused');
      if (step.role === 'entry') return { ...ends('refused'), operator: true };
      return ends(failures[refusalOf(step.operation)].kind === 'expected' ? 'refused' : 'failed');
    },
  },
  {
    name: 'unknown 4xx',
    faults: () => [forGood(() => 'Rejected')],
    operator: doesItByHand,
    expect(step) {
      if (isDoneOtherwise(step) || isDecidedAgain(step)) return asUsual(step);
      if (step.role === 'record' || step.role === 'entry') return { ...ends('refused'), operator: true };
      if (step.role === 'closing') return { ...ends('failed'), operator: true };
      return neverGivenUp(step) || ['look', 'recall'].includes(step.role) ? operatorThenAsUsual(step) : ends('failed');
    },
  },
  passes('5xx, then well', failsThenWell),
  {
    name: '5xx for ever',
    faults: () => [forGood(() => 'Internal')],
    operator: mends,
    expect(step) {
      if (isDoneOtherwise(step)) return asUsual(step);
      if (step.role !== 'forward') return operatorThenAsUsual(step);
      // A look at a payment that waits for the customer is made again until their time is over.
      return step.nth > 1 ? ends('failed', 'refused') : ends('failed');
    },
  },
  passes('time-out before', timesOutBefore),
  passes('time-out after', timesOutAfter),
  passes('reset after', isResetAfter),
  {
    name: 'cancelled during',
    faults: ({ isEnded }) => [cancelledDuring('first', isEnded), cancelledDuring('late', isEnded)],
    expect: (step) => cancellation(step, step.isOpen),
  },
  {
    name: 'cancelled between',
    faults: (step) => [cancelledAfter(step.isNextEnded)],
    expect: (step) => cancellation(step, step.isOpenAfter),
  },
  passes(workerLost, isNeverReported),
];
