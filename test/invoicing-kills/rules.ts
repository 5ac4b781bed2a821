import { isDeepStrictEqual } from 'node:util';
import { expectedOf } from './community.ts';
import type { KilledRun } from './invoice-while-killing.ts';
import { kills } from './kills.ts';
import { outcomeOf } from './outcome.ts';

/** Something that has to hold after the kills. */
export interface Rule {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, for people. */
  readonly found: string;
}

/** Holds what a month has come to against what it had to. */
export function judge(residents: number, killed: KilledRun): Rule[] {
  const { invoices, failing, free } = expectedOf(residents);
  const rule = (name: string, expected: unknown, found: unknown): Rule => ({
    ...{ name, holds: isDeepStrictEqual(found, expected), found: JSON.stringify(found) },
  });
  const countsOf = ({ outcome, created, existing, nothingToCharge, failed, total }: KilledRun['run']) => ({
    ...{ outcome, created, existing, nothingToCharge, failed, total },
  });
  const common = { outcome: 'completed', nothingToCharge: free, failed: failing, total: residents };
  return [
    rule(
      'everything was killed in the middle of the run',
      kills.map(({ target }) => target),
      killed.kills.filter((kill) => kill.invoices < invoices).map(({ target }) => target),
    ),
    rule('each resident was decided about once', { ...common, created: invoices, existing: 0 }, countsOf(killed.run)),
    rule('those who failed say why', ['CustomerNotFound', 'CurrencyMismatch', 'InvalidRequest'], killed.failures),
    rule('invoices have numbers without a gap, and are in the books', outcomeOf(residents), killed.outcome),
    rule('once more creates nothing', { ...common, created: 0, existing: invoices }, countsOf(killed.again)),
    rule('and posts nothing', outcomeOf(residents), killed.outcomeAgain),
  ];
}
