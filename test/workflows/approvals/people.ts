import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { day, FakeStaff, person } from './environment.ts';

/** Anna is both; Dora has the CFO's role for three days; Eve is Carl's superior, at a time in milliseconds since 1970. */
export function staffAt(now: number): FakeStaff {
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
  const lent = { from: 'carl', roles: ['cfo' as const], startsAt: instant(now - day), endsAt: instant(now + 3 * day) };
  return new FakeStaff([
    ...[person('requester', ['manager', 'cfo']), person('amender', ['manager']), person('mary', ['manager'])],
    ...[person('carl', ['cfo']), person('anna', ['manager', 'cfo']), person('fred', ['finance'])],
    person('gone', ['cfo'], { active: false }),
    person('dora', [], { delegations: [lent] }),
    person('eve', [], { reports: [{ personId: 'carl', roles: ['cfo'] }] }),
  ]);
}

/** The type with which an update is refused. */
export const refusalOf = (update: Promise<unknown>): Promise<unknown> =>
  update.then(
    () => 'accepted',
    (error: unknown) => (error instanceof WorkflowUpdateFailedError ? typeOf(error.cause) : error),
  );

const typeOf = (cause: unknown): unknown =>
  cause instanceof ActivityFailure ? typeOf(cause.cause) : (cause as { type?: string }).type;

/** Holds a call of a process until it may go on. */
export function hold(people: FakeStaff, held: 'findPerson' | 'change') {
  const [reached, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  people.before = async (call) => {
    if (call !== held) return;
    reached.resolve();
    await goesOn.promise;
  };
  const refusal = ApplicationFailure.nonRetryable('the budget is exceeded', 'BudgetExceeded');
  return { reached: reached.promise, goOn: goesOn.resolve, fail: () => goesOn.reject(refusal) };
}
