import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceFailure } from '../../contracts/failures.ts';
import { day, linesOf, PurchaseOrderEnvironment, vote } from './purchase-order-environment.ts';
import { type Act, acts, complaintsAbout, type Decision, OrderModel, totals } from './purchase-order-model.ts';

/** Few in every run; `PURCHASE_ORDER_RUNS` and `PURCHASE_ORDER_SEED` are for a night. */
const runs = Number(process.env['PURCHASE_ORDER_RUNS'] ?? 20);
const seed = Number(process.env['PURCHASE_ORDER_SEED'] ?? 13);
const hour = 3_600_000;

let environment: PurchaseOrderEnvironment;
/** They outlive an order. */
const lendings: { delegationId: string; from: string; to: string; endsAt: number }[] = [];

beforeAll(async () => {
  environment = await PurchaseOrderEnvironment.skippingTime();
});

afterAll(() => environment?.close());

async function isAccepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ServiceFailure && error.failure.kind === 'expected') return false;
    if (error instanceof ServiceFailure && ['InvalidState', 'NotFound', 'Forbidden'].includes(error.type)) return false;
    throw error;
  }
}

function decide(poId: string, act: Decision, current: number): Promise<boolean> {
  const { orders } = environment;
  const seen = vote(act.by, Math.max(1, current - act.behind));
  switch (act.kind) {
    case 'amend':
      return isAccepted(orders.amend(poId, { ...seen, lines: linesOf(act.total) }));
    default:
      return isAccepted(orders[act.kind](poId, seen) as Promise<unknown>);
  }
}

async function happen(act: Extract<Act, { readonly kind: 'lend' | 'take back' | 'wait' }>): Promise<void> {
  if (act.kind === 'wait') await environment.sleep(act.days * day + hour);
  if (act.kind === 'lend') {
    const { from, to, days } = act;
    const endsAt = (await environment.now()) + days * day;
    lendings.push({ delegationId: await environment.lend(from, to, days), from, to, endsAt });
  }
  if (act.kind === 'take back') {
    const taken = lendings.pop();
    if (taken) await environment.staff.staff.endDelegation({ delegationId: taken.delegationId });
  }
}

test(`what people do to an order, one after the other: ${runs} runs with the seed ${seed}`, async () => {
  const sequences = fc.array(acts, { minLength: 3, maxLength: 14 });
  const property = fc.asyncProperty(fc.constantFrom(...totals), sequences, async (total, sequence) => {
    const poId = await environment.submit(total);
    const model = new OrderModel(total, await environment.now(), lendings);
    for (const act of sequence) {
      if ('by' in act) {
        // Of the first version there is none before.
        const meant = model.version === 1 ? { ...act, behind: 0 } : act;
        const accepted = await decide(poId, meant, model.version);
        expect({ act, accepted }).toEqual({ act, accepted: model.decide(meant, await environment.now()) });
      } else {
        await happen(act);
        model.pass(await environment.now());
      }
    }
    const { outcome = 'awaiting-approval', version, authors } = model;
    if (outcome === 'awaiting-approval') expect(await environment.status(poId)).toMatchObject({ state: outcome });
    else await environment.result(poId);
    const order = await environment.purchasing.purchasing.findOrder({ poId });
    expect(order).toMatchObject({ state: outcome, version });
    expect(order.authors.toSorted()).toEqual([...authors].toSorted());
    expect(complaintsAbout(order)).toEqual([]);
    if (outcome === 'awaiting-approval') await environment.orders.withdraw(poId, vote('rita', version));
  });
  await fc.assert(property, { numRuns: runs, seed });
}, 3_600_000);
