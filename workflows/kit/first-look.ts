import { processFailure } from './failure.ts';
import type { Operator } from './operator.ts';
import type { Progress } from './progress.ts';
import { reasonOf } from './reason.ts';

/**
 * Reads what a process is about, as its first step and until it is answered.
 *
 * @throws {ApplicationFailure} when it is known nowhere, or its id is none: no operator can help, so the process fails
 */
export function firstLook<Found>(
  { progress, operator }: { readonly progress: Progress<string, object>; readonly operator: Operator },
  what: string,
  read: () => Promise<Found>,
): Promise<Found> {
  return progress.step(what, async () => {
    const answer = await operator.untilDone(what, async () => {
      try {
        return { found: await read() };
      } catch (error) {
        if (!isNowhere(error)) throw error;
        return { error };
      }
    });
    if ('found' in answer) return answer.found;
    const reason = reasonOf(answer.error);
    progress.reason = reason;
    progress.enter('failed');
    throw processFailure(reason, { outcome: 'failed', reason, undone: [] });
  });
}

const isNowhere = (error: unknown) => ['NotFound', 'InvalidRequest'].includes(reasonOf(error).type);
