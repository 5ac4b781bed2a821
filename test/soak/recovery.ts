import { quantile } from '../../bench/statistics.ts';
import type { Outage } from '../chaos/inflict.ts';
import { consumerNames, type Evidence } from './evidence.ts';

/** In milliseconds; `NaN` where nothing could be measured. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** How the system came back from outages; those that overlap are one, which ends when the last of them does. */
export interface Recovery {
  readonly outages: number;
  /** From the end of an outage until each consumer has handled an event again. */
  readonly handled: Percentiles;
  /** From there until each consumer has handled an event that a workflow recorded after the end. */
  readonly caughtUp: Percentiles;
}

export function measureRecovery(outages: readonly Outage[], { published, consumed }: Evidence): Recovery {
  const facts = published.filter(({ name }) => name !== 'NotificationSent');
  const recordedAt = new Map(facts.map(({ id, time }) => [id, Date.parse(time)]));
  const ends = endsOf(outages);
  const handledBy = consumerNames.map((name) =>
    consumed[name].map(({ id, at }) => ({ at: Date.parse(at), recordedAt: recordedAt.get(id) ?? 0 })),
  );
  const after = (end: number, isMeant: (event: { readonly recordedAt: number }) => boolean) => {
    const firsts = handledBy.map((events) => events.find((event) => event.at > end && isMeant(event))?.at);
    return firsts.includes(undefined) ? [] : [Math.max(...(firsts as number[])) - end];
  };
  return {
    outages: ends.length,
    handled: percentiles(ends.flatMap((end) => after(end, () => true))),
    caughtUp: percentiles(ends.flatMap((end) => after(end, ({ recordedAt: at }) => at > end))),
  };
}

function endsOf(outages: readonly Outage[]): number[] {
  const ends: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { beganAt, endedAt } of outages.toSorted((left, right) => left.beganAt - right.beganAt)) {
    if (beganAt > end) ends.push(endedAt);
    end = Math.max(end, endedAt);
    ends[ends.length - 1] = end;
  }
  return ends;
}

const percentiles = (values: readonly number[]): Percentiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});
