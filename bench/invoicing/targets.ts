import { megabytes } from '../table.ts';
import type { Target } from '../targets.ts';
import type { InvoicingBenchResult } from './result.ts';

/** The times are those of ten thousand residents; of more or fewer they are in proportion. */
const measuredFor = 10_000;
const committedWithin = 60;
const postedWithin = 90;
const mailedWithin = 300;
const largestHistory = 700;
const largestWorker = 400_000_000;
const leastOfRaw = 0.3;
const slowestCheckout = 2;

export function compareWithTargets(result: InvoicingBenchResult): Target[] {
  const { residents, issuedToRaw, meanwhile, workerPeakBytes, historyEvents } = result;
  const within = (what: string, found: number | undefined, seconds: number): Target => {
    const most = (seconds * residents) / measuredFor;
    const title = `${what} within ${most} s`;
    if (found === undefined) return { title, found: 'not measured', met: undefined };
    return { title, found: `${found.toFixed(1)} s`, met: found <= most };
  };
  // A history holds 500 pages at most, which are 50,000 residents.
  const events = largestHistory * Math.min(5, Math.max(1, residents / measuredFor));
  return [
    within('committed', result.committedSeconds, committedWithin),
    within('posted', result.postedSeconds, postedWithin),
    within('mailed', result.mailedSeconds, mailedWithin),
    {
      title: `issuing at least ${leastOfRaw} of raw pg inserting the same rows`,
      found: issuedToRaw.toFixed(2),
      met: issuedToRaw >= leastOfRaw,
    },
    { title: `at most ${events} events in a history`, found: String(historyEvents), met: historyEvents <= events },
    {
      title: 'a worker under 400 MB',
      found: megabytes(workerPeakBytes),
      // Where the operating system has no /proc it is not measured.
      met: workerPeakBytes > 0 ? workerPeakBytes < largestWorker : undefined,
    },
    {
      title: `checkouts meanwhile at most ${slowestCheckout} times as slow (p99)`,
      found: meanwhile ? meanwhile.resultP99Ratio.toFixed(2) : 'not measured',
      met: meanwhile && meanwhile.resultP99Ratio <= slowestCheckout,
    },
  ];
}
