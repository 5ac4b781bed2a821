import { Counter } from 'prom-client';
import { failureNamed } from '../../contracts/catalogue.ts';
import { ofEachRole } from '../../platform/metrics.ts';
import type { Entry } from './entries/entry.ts';

const endings = ['completed', 'refused', 'failed'] as const;

const ended = ofEachRole((registers) => {
  const counter = new Counter({
    name: 'checkouts_ended_total',
    help: 'Checkouts that have ended: sold, refused by the business or the customer, or failed for a technical reason',
    labelNames: ['ending'] as const,
    registers,
  });
  // Of those that nothing is counted of yet, a ratio needs the zero.
  for (const ending of endings) counter.inc({ ending }, 0);
  return counter;
});

/** Counts the endings of checkouts among entries. */
export function countEndings(entries: readonly Pick<Entry, 'event' | 'facts'>[]): void {
  for (const entry of entries) {
    const ending = endingOf(entry);
    if (ending) ended().inc({ ending });
  }
}

function endingOf({ event, facts }: Pick<Entry, 'event' | 'facts'>): (typeof endings)[number] | undefined {
  if (event === 'OrderCompleted') return 'completed';
  if (event !== 'OrderCancelled') return undefined;
  return failureNamed(facts.reason)?.kind === 'expected' ? 'refused' : 'failed';
}
