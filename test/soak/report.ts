import { table } from '../../platform/table.ts';
import { megabytes } from './memory.ts';
import type { Percentiles } from './recovery.ts';
import type { SoakResult } from './result.ts';
import { processes } from './targets.ts';

const count = (value: number) => value.toLocaleString('en');
const time = (milliseconds: number) => (Number.isNaN(milliseconds) ? '–' : `${(milliseconds / 1_000).toFixed(1)} s`);
const both = ({ p50, p99 }: Percentiles) => `p50 ${time(p50)}, p99 ${time(p99)}`;

/** The result for people. */
export function describe(result: SoakResult): string {
  const { seed, workflows, events, seconds, eventsPerSecond, counts, recovery, memory, outages, rules } = result;
  const happened = [...Map.groupBy(outages, ({ target }) => target)].map(([target, those]) => {
    const kills = those.filter(({ kind }) => kind === 'kill').length;
    const away = those.reduce((sum, { beganAt, endedAt }) => sum + endedAt - beganAt, 0);
    return [target, kills, those.length - kills, time(away)];
  });
  return [
    `${count(events)} events of ${count(workflows)} workflows in ${seconds.toFixed(0)} s, ${eventsPerSecond.toFixed(0)} a second; seed ${seed}`,
    '',
    table(['', 'killed', 'frozen', 'away'], happened.toSorted()),
    '',
    `published again by the bridge or the outbox: ${count(counts.publishedAgain)}`,
    `redelivered by the broker: ${count(counts.redelivered)}`,
    `duplicates dropped by the inboxes: ${count(counts.duplicatesDropped)}`,
    `through a retry tier: ${count(counts.retried)}`,
    `dead letters: ${count(counts.deadLettered)}`,
    `mails that came again: ${count(counts.mailsSentAgain)}`,
    `recovery from ${recovery.outages} outages (those that overlap are one), until every consumer has handled`,
    `  an event again: ${both(recovery.handled)}`,
    `  an event that was recorded after the end of the outage: ${both(recovery.caughtUp)}`,
    '',
    table(
      ['memory', 'first half', 'third quarter', 'last quarter'],
      processes.map((name) => {
        const { start, middle, end } = memory[name];
        return [name, megabytes(start), megabytes(middle), megabytes(end)];
      }),
    ),
    '',
    ...rules.map(({ name, holds, found }) => `${holds ? '✓' : '✗'} ${name}: ${found}`),
    '',
  ].join('\n');
}
