import { setTimeout as delay } from 'node:timers/promises';
import { figuresOf } from './books.ts';
import type { Carrier } from './equation.ts';
import { equations } from './equations/index.ts';
import type { JudgedSides, Look } from './look.ts';

/** An equation, judged by several looks where one was not enough. */
export interface AuditLine {
  readonly name: string;
  /** Of the last look. Money with its currency, such as `59.98 USD`, or a count. */
  readonly left: string;
  readonly right: string;
  readonly verdict: 'holds' | 'in flight' | 'broken';
  /** For how many subjects it does not hold yet; absent where it holds. */
  readonly inFlight?: number;
  /** What explains that. */
  readonly by?: readonly Carrier[];
  /** For which subjects it is broken, as `order o-1`; absent where it is not. */
  readonly subjects?: readonly string[];
}

/** What an audit has found. */
export interface Audit extends Omit<Look, 'equations'> {
  readonly equations: readonly AuditLine[];
  /** Whether no equation is broken. */
  readonly holds: boolean;
  readonly looks: number;
}

export interface AuditOptions {
  /** How long what nothing explains may take to come in order. @default 30 s */
  readonly withinMilliseconds?: number;
  /** Between two looks. @default 1 s */
  readonly everyMilliseconds?: number;
}

const keyOf = ({ name, sides: { currency } }: JudgedSides) => `${name} ${currency ?? ''}`;

/**
 * Looks until everything is explained: a message that a consumer has just fetched lies in no queue, and Visibility is a moment
 * behind. Broken is what stays unexplained for the same subject in every look. An equation that holds at every moment needs one.
 *
 * @param look looks once
 */
export async function auditUntilExplained(
  look: () => Promise<Look>,
  { withinMilliseconds = 30_000, everyMilliseconds = 1_000 }: AuditOptions = {},
): Promise<Audit> {
  const until = performance.now() + withinMilliseconds;
  const stays = new Map<string, ReadonlySet<string>>();
  for (let looks = 1; ; looks += 1) {
    const latest = await look();
    for (const judged of latest.equations) {
      const now = new Set(judged.judgement.unexplained);
      const key = keyOf(judged);
      stays.set(key, looks === 1 ? now : intersection(stays.get(key), now));
    }
    const mayChange = latest.equations.some(
      (judged) => (equations[judged.name]?.carriers ?? []).length > 0 && (stays.get(keyOf(judged))?.size ?? 0) > 0,
    );
    if (mayChange && performance.now() < until) {
      await delay(everyMilliseconds);
      continue;
    }
    const lines = latest.equations.map((judged) => lineOf(judged, stays.get(keyOf(judged)) ?? new Set()));
    return { ...latest, equations: lines, holds: lines.every(({ verdict }) => verdict !== 'broken'), looks };
  }
}

const intersection = (one: ReadonlySet<string> | undefined, other: ReadonlySet<string>): ReadonlySet<string> =>
  one ? new Set([...one].filter((each) => other.has(each))) : new Set();

function lineOf({ name, sides, judgement }: JudgedSides, broken: ReadonlySet<string>): AuditLine {
  const line = { name, ...figuresOf(sides) };
  if (judgement.verdict === 'holds') return { ...line, verdict: 'holds' };
  // What was unexplained now and not before has moved.
  const inFlight = sides.differing - broken.size;
  const moving = { inFlight, by: judgement.by };
  if (broken.size === 0) return { ...line, verdict: 'in flight', ...moving };
  return { ...line, verdict: 'broken', ...(inFlight > 0 && moving), subjects: [...broken] };
}
