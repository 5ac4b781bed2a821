import type { CheckoutState, CheckoutStatus, StepStatus } from '../../workflows/checkout/contract.ts';

/** Something that happened to a checkout. */
export interface Change {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly what: string;
}

const ends: readonly CheckoutState[] = ['completed', 'refused', 'cancelled', 'failed'];

export const hasEnded = ({ state }: CheckoutStatus): boolean => ends.includes(state);

/**
 * What happened between two looks at a checkout, in the order of time.
 *
 * @param before the look before, none at the first one
 * @param seenAt when the second look was; the time of what carries none of its own
 */
export function changesBetween(before: CheckoutStatus | undefined, after: CheckoutStatus, seenAt: string): Change[] {
  const steps = after.steps
    .flatMap((step, index) => changesOfStep(before?.steps[index], step))
    .sort((left, right) => Date.parse(left.time) - Date.parse(right.time));
  const { state, reason, waitingFor } = after;
  const lastStep = after.steps.at(-1);
  const changedAt = hasEnded(after) ? (lastStep?.endedAt ?? lastStep?.startedAt ?? seenAt) : seenAt;
  const isNews = state !== (before?.state ?? 'running');
  return [
    ...steps,
    ...(waitingFor !== before?.waitingFor
      ? [{ time: seenAt, what: waitingFor ? `waits for ${waitingFor}` : 'waits no longer' }]
      : []),
    ...(isNews ? [{ time: changedAt, what: `${state}${reason ? ` (${reason.type})` : ''}` }] : []),
  ];
}

function changesOfStep(before: StepStatus | undefined, { name, state, startedAt, endedAt }: StepStatus): Change[] {
  if (state === 'undone') return before ? [] : [{ time: startedAt, what: `${name}: undone` }];
  const began = before ? [] : [{ time: startedAt, what: `${name}: running` }];
  const ended = endedAt && !before?.endedAt ? [{ time: endedAt, what: `${name}: ${state}` }] : [];
  return [...began, ...ended];
}
