import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceFailure } from '../../contracts/failures.ts';
import { linesOf, PurchaseOrderEnvironment, vote } from '../services/purchase-order-environment.ts';
import { complaintsAbout, type Decision, decisions, totals } from '../services/purchase-order-model.ts';

/** Few in every run; `PURCHASE_ORDER_RUNS` and `PURCHASE_ORDER_SEED` are for a night. */
const runs = Number(process.env['PURCHASE_ORDER_RUNS'] ?? 20);
const seed = Number(process.env['PURCHASE_ORDER_SEED'] ?? 13);

let environment: PurchaseOrderEnvironment;

beforeAll(async () => {
  environment = await PurchaseOrderEnvironment.on(String(process.env['TEMPORAL_ADDRESS']));
});

afterAll(() => environment?.close());

/** @returns what was accepted of it */
async function decide(poId: string, act: Decision, version: number): Promise<Decision[]> {
  const { orders } = environment;
  const seen = vote(act.by, version);
  try {
    if (act.kind === 'amend') await orders.amend(poId, { ...seen, lines: linesOf(act.total) });
    else await orders[act.kind](poId, seen);
    return [act];
  } catch (error) {
    const type = error instanceof ServiceFailure ? error.type : '';
    const isRefusal = error instanceof ServiceFailure && error.failure.kind === 'expected';
    if (isRefusal || ['InvalidState', 'NotFound', 'Forbidden'].includes(type)) return [];
    throw error;
  }
}

test(`what people do to an order at the same time: ${runs} runs with the seed ${seed}`, async () => {
  const waves = fc.array(fc.array(decisions, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(fc.constantFrom(...totals), waves, async (total, sequence) => {
    const { purchasing } = environment.purchasing;
    const poId = await environment.submit(total);
    // Carl is away, and back while others decide.
    const delegationId = await environment.lend('carl', 'dora', 1);
    const accepted: Decision[] = [];
    for (const wave of sequence) {
      const { version } = await purchasing.findOrder({ poId });
      const all = await Promise.all([
        ...wave.map((act) => decide(poId, act, Math.max(1, version - act.behind))),
        environment.staff.staff.endDelegation({ delegationId }).then(() => []),
      ]);
      accepted.push(...all.flat());
    }
    const { approval } = await environment.status(poId);
    const took = (kind: Decision['kind']) => accepted.filter((act) => act.kind === kind);
    const hasEnded = took('reject').length + took('withdraw').length > 0 || approval?.missing.length === 0;
    if (hasEnded) await environment.result(poId);
    const order = await purchasing.findOrder({ poId });
    const { state, version, authors } = order;
    expect(complaintsAbout(order)).toEqual([]);
    expect({ version, authors: authors.toSorted() }).toEqual({
      version: 1 + took('amend').length,
      authors: [...new Set(['rita', ...took('amend').map(({ by }) => by)])].toSorted(),
    });
    expect(['awaiting-approval', 'approved', 'rejected', 'withdrawn']).toContain(state);
    // Only one thing ends it.
    expect([took('reject').length, took('withdraw').length, state === 'approved' ? 1 : 0]).toEqual([
      state === 'rejected' ? 1 : 0,
      state === 'withdrawn' ? 1 : 0,
      state === 'approved' ? 1 : 0,
    ]);
    if (!hasEnded) await environment.orders.withdraw(poId, vote('rita', version));
  });
  await fc.assert(property, { numRuns: runs, seed });
}, 3_600_000);
