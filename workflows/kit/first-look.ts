import { processFailure } from './failure.ts';
import type { Operator } from './operator.ts';
import type { Progress } from './progress.ts';
import { reasonOf } from './reason.ts';
import { untilAnswered } from './until-answered.ts';

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
    try {
      return await untilAnswered(operator, what, read, isNowhere);
    } catch (error) {
      if (!isNowhere(error)) throw error;
      const reason = reasonOf(error);
      progress.reason = reason;
      progress.enter('failed');
      throw processFailure(reason, { outcome: 'failed', reason, undone: [] });
    }
  });
}

const isNowhere = (error: unknown) => ['NotFound', 'InvalidRequest'].includes(reasonOf(error).type);
