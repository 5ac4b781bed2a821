import { median } from '../../bench/statistics.ts';
import type { Rule } from './rules.ts';
import type { MemorySample } from './watch.ts';

/** The memory of a process over the soak: medians, in bytes. */
export interface MemoryFigures {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

/** No process is killed any more in the second half of a soak; its first moments there are those of a young process. */
const quarters = { start: [0, 0.5], middle: [0.55, 0.775], end: [0.775, 1] } as const;
const fewest = 20;
const mostGrowth = 1.1;

export function summarizeMemory(samples: readonly MemorySample[]): MemoryFigures {
  const medianOf = ([from, to]: readonly [number, number]) => median(within(samples, from, to));
  return { start: medianOf(quarters.start), middle: medianOf(quarters.middle), end: medianOf(quarters.end) };
}

/** Memory is flat when the last quarter has at most a tenth more than the one before; a short soak cannot tell. */
export function judgeMemory(name: string, samples: readonly MemorySample[]): Rule | undefined {
  const isLong = [quarters.middle, quarters.end].every(([from, to]) => within(samples, from, to).length >= fewest);
  if (!isLong) return undefined;
  const { middle, end } = summarizeMemory(samples);
  return {
    name: `memory of ${name} is flat`,
    holds: end <= middle * mostGrowth,
    found: `${megabytes(middle)}, then ${megabytes(end)}`,
  };
}

export const megabytes = (bytes: number) => (Number.isNaN(bytes) ? '–' : `${Math.round(bytes / 1_000_000)} MB`);

const within = (samples: readonly MemorySample[], from: number, to: number) =>
  samples.filter(({ at }) => at > from && at <= to).map(({ bytes }) => bytes);
