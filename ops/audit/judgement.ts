import type { Carrier, Equation } from './equation.ts';
import type { AllInFlight } from './in-flight.ts';
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
  const by = new Set<Carrier>();
  const unexplained: string[] = [];
  const left = new Map(carriers.map((carrier) => [carrier, inFlight[carrier].messages]));
  const explains = (subject: string): Carrier | undefined => {
    const certain = carriers.find((carrier) => inFlight[carrier].certain.has(subject));
    if (certain) return certain;
    const queued = carriers.find((carrier) => inFlight[carrier].published.has(subject) && (left.get(carrier) ?? 0) > 0);
    if (queued) left.set(queued, (left.get(queued) ?? 0) - 1);
    return queued;
  };
  for (const subject of sides.subjects) {
    const carrier = subject === null ? undefined : explains(subject);
    if (carrier) by.add(carrier);
    else unexplained.push(subject ?? theWhole);
  }
  // Of very many not all are named: what is not read is not explained.
  const unread = sides.differing - sides.subjects.length;
  if (unread > 0) unexplained.push(`and ${unread} more`);
  const explained = sides.differing - unexplained.length - (unread > 0 ? unread - 1 : 0);
  return {
    verdict: sides.differing === 0 ? 'holds' : unexplained.length === 0 ? 'in flight' : 'broken',
    inFlight: explained,
    by: carriers.filter((carrier) => by.has(carrier)),
    unexplained,
  };
}
