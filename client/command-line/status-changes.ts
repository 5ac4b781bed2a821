import type { ProcessStatus, StepStatus } from '../../workflows/kit/contract.ts';
import { isEnd } from '../process-states.ts';
import { describeDecision, describeEscalation, describeWaiting } from './describe-process.ts';

/** Something that happened to a process. */
export interface Change {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly what: string;
}

export const hasEnded = ({ state }: ProcessStatus<string>): boolean => isEnd(state);

/**
 * What happened between two looks at a process, in the order of time.
 *
 * @param before the look before, none at the first one
 * @param seenAt when the second look was; the time of what carries none of its own
 */
export function changesBetween(
  before: ProcessStatus<string> | undefined,
  after: ProcessStatus<string>,
  seenAt: string,
): Change[] {
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

/** Whom the process has begun to wait for, or that it waits no longer. */
function changesOfWaiting(
  before: ProcessStatus<string> | undefined,
  after: ProcessStatus<string>,
  seenAt: string,
): Change[] {
  const waited = before ? everyWait(before) : [];
  const waits = everyWait(after);
  if (waits.length === 0 && waited.length > 0) return [{ time: seenAt, what: 'waits no longer' }];
  const news = waits.filter((wait) => !waited.includes(wait));
  return news.map((wait) => ({ time: seenAt, what: `waits for ${wait}` }));
}

/** While calls need an operator, the first of them is what the process waits for, unless it waits for other people. */
const everyWait = ({ waitingFor, needsOperator }: ProcessStatus<string>): string[] => [
  ...(waitingFor && waitingFor.who !== 'operator' ? [describeWaiting(waitingFor)] : []),
  ...needsOperator.map((escalation) => `an operator: ${describeEscalation(escalation)}`),
];

function changesOfStep(before: StepStatus | undefined, { name, state, startedAt, endedAt }: StepStatus): Change[] {
  if (state === 'undone') return before ? [] : [{ time: startedAt, what: `${name}: undone` }];
  const began = before ? [] : [{ time: startedAt, what: `${name}: running` }];
  const ended = endedAt && !before?.endedAt ? [{ time: endedAt, what: `${name}: ${state}` }] : [];
  return [...began, ...ended];
}
