import { table } from '../../platform/table.ts';
import type { CourseResult } from './course.ts';
import { kinds } from './work.ts';

const time = (milliseconds: number) => (Number.isNaN(milliseconds) ? '–' : `${(milliseconds / 1_000).toFixed(1)} s`);

/** The result for people. */
export function describe({ seed, outages, done, recovery, rules }: CourseResult): string {
  const happened = [...Map.groupBy(outages, ({ target }) => target)].map(([target, those]) => {
    const kills = those.filter(({ kind }) => kind === 'kill').length;
    const frozen = those.filter(({ kind }) => kind === 'freeze').length;
    const others = [...Map.groupBy(those, ({ kind }) => kind)]
      .filter(([kind]) => kind !== 'kill' && kind !== 'freeze')
      .map(([kind, all]) => `${all.length} × ${kind}`);
    return [target, kills, frozen, others.join(', ')];
  });
  const byKind = kinds.map((kind) => `${done.filter((each) => each.kind === kind).length} × ${kind}`);
  return [
    `${done.length} pieces of work (${byKind.join(', ')}) among ${outages.length} outages; seed ${seed}`,
    '',
    table(['', 'killed', 'frozen', 'disturbed'], happened.toSorted()),
    '',
    `recovery, from the end of an outage until something had ended that began after it: p50 ${time(recovery.p50)}, p99 ${time(recovery.p99)}`,
    '',
    ...rules.map(({ name, holds, found }) => `${holds ? '✓' : '✗'} ${name}: ${found}`),
    '',
  ].join('\n');
}
