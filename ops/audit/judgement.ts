import type { Carrier, Equation } from './equation.ts';
import type { AllInFlight, InFlight } from './in-flight.ts';
import type { Sides } from './snapshot.ts';

/** What there is to say of the figures of an equation. */
export interface Judgement {
  /** `in flight`: every difference is explained by something that is on its way. */
  readonly verdict: 'holds' | 'in flight' | 'broken';
  /** For how many subjects it is explained, and by what. */
  readonly inFlight: number;
  readonly by: readonly Carrier[];
  /** For which it is not, as `order o-1`. */
  readonly unexplained: readonly string[];
}

/** What differs, and is about no subject. */
export const theWhole = 'the whole';

/**
 * Judges the figures of one equation. A difference is explained by its own subject alone: an order that is open explains nothing
 * of another one. Of what was published and may lie in a queue at most so much is explained as there are messages.
 */
export function judge(
  { carriers = [] }: Pick<Equation, 'carriers'>,
  sides: Pick<Sides, 'differing' | 'subjects'>,
  inFlight: AllInFlight,
): Judgement {
  const explained = new Map<string, Carrier>();
  for (const carrier of carriers) {
    const open = sides.subjects.filter((subject) => subject !== null && !explained.has(subject)) as string[];
    for (const subject of open.filter((each) => inFlight[carrier].certain.has(each))) explained.set(subject, carrier);
    for (const subject of newestOf(open, inFlight[carrier])) explained.set(subject, carrier);
  }
  const unexplained = sides.subjects
    .filter((subject) => subject === null || !explained.has(subject))
    .map((subject) => subject ?? theWhole);
  // Of very many not all are named: what is not read is not explained.
  const unread = sides.differing - sides.subjects.length;
  if (unread > 0) unexplained.push(`and ${unread} more`);
  const count = sides.differing - unexplained.length - (unread > 0 ? unread - 1 : 0);
  const by = new Set(explained.values());
  return {
    verdict: sides.differing === 0 ? 'holds' : unexplained.length === 0 ? 'in flight' : 'broken',
    inFlight: count,
    by: carriers.filter((carrier) => by.has(carrier)),
    unexplained,
  };
}

/** Of what was published and may lie in a queue, the newest: the oldest was fetched, or is lost. */
function newestOf(subjects: readonly string[], { certain, published, messages }: InFlight): string[] {
  return subjects
    .filter((subject) => published.has(subject) && !certain.has(subject))
    .sort((one, other) => (published.get(other) ?? 0) - (published.get(one) ?? 0))
    .slice(0, messages);
}
