import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Stage } from './stage.ts';

/** What is killed, once so great a part of the invoices is there. */
export const kills = [
  { at: 0.1, target: 'back-office-worker' },
  { at: 0.25, target: 'billing' },
  { at: 0.4, target: 'postgres' },
  { at: 0.55, target: 'billing' },
  { at: 0.65, target: 'back-office-worker' },
  { at: 0.75, target: 'postgres' },
] as const;

/** One that has happened. */
export interface Kill {
  readonly target: (typeof kills)[number]['target'];
  /** Invoices that were there. */
  readonly invoices: number;
}

const every = 20;

/**
 * Kills the worker, billing and PostgreSQL as `kill -9` does, in the middle of a run; each is started again.
 *
 * @param expected invoices that the run comes to
 * @param isOver whether the run has ended, however it did
 */
export async function killMeanwhile(
  stage: Stage,
  expected: number,
  isOver: () => boolean,
  report: (line: string) => void,
): Promise<Kill[]> {
  const { system } = stage;
  const happened: Kill[] = [];
  for (const { at, target } of kills) {
    let invoices = await invoicesOf(stage);
    while (invoices < at * expected && !isOver()) {
      await delay(every);
      invoices = await invoicesOf(stage);
    }
    if (isOver()) break;
    report(`kill -9 ${target}, with ${invoices} invoices`);
    if (target === 'postgres') {
      await system.parts.kill(target, 'SIGKILL');
      await system.parts.start(target);
    } else {
      const before = system.processId(target);
      system.kill(target);
      while (system.processId(target) === before) await delay(every);
    }
    happened.push({ target, invoices });
  }
  return happened;
}

/** None while PostgreSQL is away. */
async function invoicesOf({ database }: Stage): Promise<number> {
  try {
    const { rows } = await sql<{ count: number }>`select count(*) as count from billing.invoices`.execute(database);
    return rows[0]?.count ?? 0;
  } catch {
    return 0;
  }
}
