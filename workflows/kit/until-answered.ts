import type { Operator } from './operator.ts';
import { isOutcomeUnknown } from './reason.ts';

/**
 * Makes a call until it is answered; an operator is asked for meanwhile. A refusal is an answer as well: it is thrown.
 *
 * @param what the call, for people: `pay the money back`
 */
export async function untilAnswered<Result>(
  operator: Operator,
  what: string,
  call: () => Promise<Result>,
): Promise<Result> {
  const answer = await operator.untilDone(what, async () => {
    try {
      return { result: await call() };
    } catch (error) {
      if (isOutcomeUnknown(error)) throw error;
      return { error };
    }
  });
  if ('error' in answer) throw answer.error;
  return answer.result;
}
