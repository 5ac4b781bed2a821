import { setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { failure } from '../kit/failure.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import { calls } from './activities.ts';
import type { CheckId, UserCheckFacts, UserCheckResult, UserCheckState } from './contract.ts';
import { userCheckStatusQuery } from './messages.ts';

/** How long what was published again may take, look by look; in seconds. */
const pauses = [1, 2, 4, 8, 15, 30];

/**
 * Compares billing's copy of the accounts with the accounts, part by part, and publishes again what is in parts that differ. A
 * copy that is not in step then needs an operator, and is looked at again until it is, or they have mended it by hand.
 *
 * @returns what was found and done
 */
export async function userCheck(): Promise<UserCheckResult> {
  const checkId = workflowInfo().workflowId.replace(/^user-check\//, '') as CheckId;
  const progress = new Progress<UserCheckState, UserCheckFacts>({ state: 'running' });
  const operator = new Operator(progress);
  setHandler(userCheckStatusQuery, () => ({ checkId, ...progress.status() }), {
    description: 'What was found so far',
  });
  const { accounts, differing } = await progress.step('compare', () => calls.compareUsers());
  Object.assign(progress.facts, { accounts, differed: differing.length, republished: 0 });
  if (differing.length > 0) {
    await progress.step('bring the copy in step', () =>
      operator.untilResolved("bring billing's copy of the accounts in step", async () => {
        const { differing: now } = await calls.compareUsers();
        for (const bucket of now) {
          progress.facts.republished = (progress.facts.republished ?? 0) + (await republish(bucket));
        }
        await lookUntilInStep(now);
      }),
    );
  }
  progress.enter('completed');
  const { republished = 0 } = progress.facts;
  return { checkId, outcome: 'completed', undone: [], accounts, differed: differing.length, republished };
}

async function republish(bucket: number): Promise<number> {
  let republished = 0;
  let after: string | undefined;
  do {
    const page = await calls.republishUsers({ bucket, ...(after && { after }) });
    republished += page.republished;
    after = page.next;
  } while (after !== undefined);
  return republished;
}

/**
 * A part is in step when one look finds it so: while accounts change, the copy is always a moment behind somewhere.
 *
 * @throws {ApplicationFailure} `InvalidState` naming the parts that were never in step
 */
async function lookUntilInStep(parts: readonly number[]): Promise<void> {
  let left = parts;
  for (const seconds of pauses) {
    if (left.length === 0) return;
    await sleep(`${seconds} seconds`);
    const { differing } = await calls.compareUsers();
    left = left.filter((part) => differing.includes(part));
  }
  if (left.length === 0) return;
  throw failure('InvalidState', `the copy differs in the parts ${left.join(', ')}, though they were published again`);
}
