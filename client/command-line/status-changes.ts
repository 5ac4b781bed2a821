import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import type { StepStatus } from '../../workflows/kit/contract.ts';
import { isEnd } from '../process-states.ts';
import { describeDecision, describeMatter, describeWaiting } from './describe-process.ts';

/** Something that happened to a checkout. */
export interface Change {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly what: string;
}

export const hasEnded = ({ state }: CheckoutStatus): boolean => isEnd(state);

/**
 * What happened between two looks at a checkout, in the order of time.
 *
 * @param before the look before, none at the first one
 * @param seenAt when the second look was; the time of what carries none of its own
 */
export function changesBetween(before: CheckoutStatus | undefined, after: CheckoutStatus, seenAt: string): Change[] {
  const changes = [
    ...after.steps.flatMap((step, index) => changesOfStep(before?.steps[index], step)),
    ...changesOfWaiting(before, after, seenAt),
    ...after.decisions
      .slice(before?.decisions.length ?? 0)
      .map((decision) => ({ time: decision.at, what: describeDecision(decision) })),
  ].sort((left, right) => Date.parse(left.time) - Date.parse(right.time));
  const { state, reason } = after;
  if (state === (before?.state ?? 'running')) return changes;
  const lastStep = after.steps.at(-1);
  const changedAt = hasEnded(after) ? (lastStep?.endedAt ?? lastStep?.startedAt ?? seenAt) : seenAt;
  return [...changes, { time: changedAt, what: `${state}${reason ? ` (${reason.type})` : ''}` }];
}

/** Whom the checkout has begun to wait for, or that it waits for nobody any more. */
function changesOfWaiting(before: CheckoutStatus | undefined, after: CheckoutStatus, seenAt: string): Change[] {
  const waited = before ? everyWait(before) : [];
  const waits = everyWait(after);
  if (waits.length === 0 && waited.length > 0) return [{ time: seenAt, what: 'waits no longer' }];
  const news = waits.filter((wait) => !waited.includes(wait));
  return news.map((wait) => ({ time: seenAt, what: `waits for ${wait}` }));
}

/** While calls need an operator, the first of them is what the checkout waits for, unless it waits for somebody else. */
const everyWait = ({ waitingFor, needsOperator }: CheckoutStatus): string[] => [
  ...(waitingFor && waitingFor.who !== 'operator' ? [describeWaiting(waitingFor)] : []),
  ...needsOperator.map((matter) => `an operator: ${describeMatter(matter)}`),
];

function changesOfStep(before: StepStatus | undefined, { name, state, startedAt, endedAt }: StepStatus): Change[] {
  if (state === 'undone') return before ? [] : [{ time: startedAt, what: `${name}: undone` }];
  const began = before ? [] : [{ time: startedAt, what: `${name}: running` }];
  const ended = endedAt && !before?.endedAt ? [{ time: endedAt, what: `${name}: ${state}` }] : [];
  return [...began, ...ended];
}
