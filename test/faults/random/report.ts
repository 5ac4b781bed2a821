import { commandFor, type Failure, type Kind, kindOf, type Result, type Stall } from './test-cases.ts';

/** What does not hold, after what, and how to see it again. */
export function describeFailure({ testCase, path, problems }: Failure, seed: number): string {
  return [
    ...problems.map((problem) => `✗ ${problem}`),
    'after:',
    JSON.stringify(testCase, undefined, 2),
    `again: ${commandFor({ seed, path, kind: kindOf(testCase) })}`,
  ].join('\n');
}

/** One line for people. */
export function describeResult({ runs, outcomes, failures, stalls, givenUp }: Result, milliseconds: number): string {
  const words = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
  const servers = givenUp === 0 ? '' : `; ${givenUp} processes with a test server were given up on the way`;
  const without = stalls.length === 0 ? '' : `; no verdict on ${stalls.length}`;
  return `${runs} runs in ${Math.round(milliseconds / 1_000)} s: ${words.join(', ')}; ${failures} broke a rule${without}${servers}`;
}

/** What did not come to an end, and how to see it again. */
export const describeStall = ({ path, reason }: Stall, seed: number, kind: Kind = 'cases'): string =>
  `? no verdict: ${reason}\nagain: ${commandFor({ seed, path, kind })}`;
