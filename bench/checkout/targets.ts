import type { Target } from '../targets.ts';
import { openCheckoutsMeasured } from './open-checkouts.ts';
import type { BenchResult } from './result.ts';

const megabyte = 1_000_000;

export function compareWithTargets(result: BenchResult): Target[] {
  const { ratio, historyEvents, billableActions, sample, workerBytesWithOpenCheckouts: bytes } = result;
  return [
    { title: 'at least 0.7 checkouts for each bare workflow', found: ratio.toFixed(2), met: ratio >= 0.7 },
    {
      title: 'at least 1.8 checkouts for each one as the saga sample does it',
      found: sample.ratio.toFixed(2),
      met: sample.ratio >= 1.8,
    },
    { title: 'at most 28 events in its history', found: String(historyEvents), met: historyEvents <= 28 },
    { title: 'at most 7 billable actions', found: String(billableActions), met: billableActions <= 7 },
    {
      title: `a worker under 400 MB with ${openCheckoutsMeasured} open checkouts`,
      found: bytes === undefined ? 'not measured' : `${Math.round(bytes / megabyte)} MB`,
      met: bytes === undefined ? undefined : bytes < 400 * megabyte,
    },
  ];
}
