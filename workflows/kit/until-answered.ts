import type { Operator } from './operator.ts';
import { isOutcomeUnknown, reasonOf } from './reason.ts';

/**
 * Makes a call until it is answered. A refusal is an answer as well: it is thrown, and no operator is asked for.
 *
 * @param isAnswer which failures are answers. @default those after which it is known that the call took no effect
 */
export async function untilAnswered<Result>(
  operator: Operator,
  what: string,
  call: () => Promise<Result>,
  isAnswer = (error: unknown) => !isOutcomeUnknown(error),
): Promise<Result> {
  const answer = await operator.untilDone(what, async () => {
    try {
      return { result: await call() };
    } catch (error) {
      if (!isAnswer(error)) throw error;
      return { error };
    }
  });
  if ('error' in answer) throw answer.error;
  return answer.result;
}

/** The same, for a call that finds something: `undefined` when its service has never heard of it. */
export async function untilFound<Found>(
  operator: Operator,
  what: string,
  find: () => Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await untilAnswered(operator, what, find, isNotFound);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const isNotFound = (error: unknown) => reasonOf(error).type === 'NotFound';
