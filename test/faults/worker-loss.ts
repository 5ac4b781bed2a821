import { CheckoutEnvironment } from '../workflows/environment.ts';
import { arrive, isAimedAt } from './faults.ts';
import { OtherProcess } from './other-process.ts';
import type { Step } from './steps.ts';
import type { Trial } from './trial.ts';

/**
 * Kills the process of the workers while every one of the steps is under way in a checkout of its own, in one before its
 * effect and in another one after it, and lets another process take over. For steps that are local activities: a server
 * that skips time takes the workflow task back that they are part of, but none that waits for the dead process.
 *
 * @param trialOf makes the trial of a step
 * @returns the trials of each step
 */
export async function loseWorkers(
  steps: readonly Step[],
  trialOf: (environment: CheckoutEnvironment, step: Step) => Trial,
): Promise<Map<Step, readonly Trial[]>> {
  const environment = await CheckoutEnvironment.create({ timeIsFree: true, hasWorkers: false });
  let workers = await OtherProcess.start(environment);
  try {
    const runs = steps.map((step) =>
      (['before', 'after'] as const).map((moment) => hang(trialOf(environment, step), step, moment)),
    );
    await Promise.all(runs.flat().map(({ reached }) => reached));
    await workers.kill();
    workers = await OtherProcess.start(environment);
    const trials = await Promise.all(runs.map((both) => Promise.all(both.map(({ ended }) => ended))));
    return new Map(steps.map((step, index) => [step, trials[index] ?? []]));
  } finally {
    await workers.kill();
    await environment.close();
  }
}

/** Runs a trial whose step never ends. */
function hang(trial: Trial, step: Step, moment: 'before' | 'after'): { reached: Promise<void>; ended: Promise<Trial> } {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let done = false;
  const ended = trial.run({
    // Local activities that go on for longer than most of it would let the server know that the worker is alive.
    workflowTaskTimeout: '20s',
    fault: (call) => {
      if (done || !isAimedAt(trial, step, call)) return undefined;
      done = true;
      return {
        before: () => {
          if (moment === 'after') arrive(call);
          else trial.late.push(call);
          resolve();
          return new Promise(() => undefined);
        },
      };
    },
  });
  return { reached: Promise.race([reached, ended.then(() => undefined)]), ended };
}
