import { patched, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { failure } from '../kit/failure.ts';
import { Operator } from '../kit/operator.ts';
import { Progress } from '../kit/progress.ts';
import { calls } from './activities.ts';
import type { CheckId, UserCheckFacts, UserCheckRequest, UserCheckResult, UserCheckState } from './contract.ts';
import { userCheckStatusQuery } from './messages.ts';

/** How long what was published again may take, look by look; in seconds. */
const pauses = [1, 2, 4, 8, 15, 30];

/**
 * Compares a service's copy of the accounts with the accounts, part by part. Of parts that differ it removes the rows whose
 * customers nobody knows, and publishes the accounts again. A copy that is not in step then needs an operator, and is looked
 * at again until it is, or they have mended it by hand.
 *
 * @returns what was found and done
 * @throws {ApplicationFailure} `InvalidRequest` when the service keeps no copy
 */
export async function userCheck(request: UserCheckRequest = {}): Promise<UserCheckResult> {
  const checkId = workflowInfo().workflowId.replace(/^user-check\//, '') as CheckId;
  const progress = new Progress<UserCheckState, UserCheckFacts>({ state: 'running' });
  const operator = new Operator(progress);
  setHandler(userCheckStatusQuery, () => ({ checkId, ...progress.status() }), {
    description: 'What was found so far',
  });
  const { accounts, differing, ...first } = await progress.step('compare', () => calls.compareUsers(request));
  // Those that were begun before a check was of one service are of billing.
  const service = first.service ?? 'billing';
  const facts: UserCheckFacts = { service, accounts, differed: differing.length, republished: 0, dropped: 0 };
  Object.assign(progress.facts, facts);
  if (differing.length > 0) {
    const dropsUnknown = patched('drop-unknown-copies');
    await progress.step('bring the copy in step', () =>
      operator.untilResolved(`bring the copy of ${service} in step`, async () => {
        const { differing: now } = await calls.compareUsers(request);
        for (const bucket of now) {
          const { republished = 0, dropped = 0 } = progress.facts;
          if (dropsUnknown) {
            progress.facts.dropped = dropped + (await calls.dropUnknownCopies({ service, bucket }));
          }
          progress.facts.republished = republished + (await republish(bucket));
        }
        await lookUntilInStep(request, now);
      }),
    );
  }
  progress.enter('completed');
  return { checkId, outcome: 'completed', undone: [], ...facts, ...progress.facts };
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
async function lookUntilInStep(request: UserCheckRequest, parts: readonly number[]): Promise<void> {
  let left = parts;
  for (const seconds of pauses) {
    if (left.length === 0) return;
    await sleep(`${seconds} seconds`);
    const { differing } = await calls.compareUsers(request);
    left = left.filter((part) => differing.includes(part));
  }
  if (left.length === 0) return;
  throw failure('InvalidState', `the copy differs in the parts ${left.join(', ')}, though they were published again`);
}
