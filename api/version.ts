import { ServiceFailure } from '../contracts/failures.ts';
import { contentHash } from '../platform/content-hash.ts';
import type { ProcessStatus } from '../workflows/kit/contract.ts';

type Decisive = Pick<ProcessStatus<string>, 'state' | 'waitingFor' | 'needsOperator' | 'decisions'>;

const length = 12;

/** Names what a decision about a process depends on: where it stands, whom it waits for, and what was decided. */
export function versionOf({ state, waitingFor, needsOperator, decisions }: Decisive): string {
  const calls = needsOperator.map(({ what, since, canBeSettled }) => ({ what, since, canBeSettled }));
  const hash = contentHash({ state, waitingFor: waitingFor ?? null, calls, decisions: decisions.length });
  return hash.slice(0, length);
}

/** Names a status as a whole: another one, however small the change, has another name. */
export const eventIdOf = (status: object): string => contentHash(status).slice(0, length);

/**
 * Makes sure that a process stands where it stood when a person decided about it.
 *
 * @throws {ServiceFailure} `InvalidState` when it does not
 */
export async function requireVersion(seen: string | undefined, status: () => Promise<Decisive>): Promise<void> {
  if (seen === undefined) return;
  const current = versionOf(await status());
  if (current === seen) return;
  throw new ServiceFailure(
    'InvalidState',
    `version: it is ${current} by now, so things have changed since you looked; look again, then decide`,
    { field: 'version' },
  );
}
