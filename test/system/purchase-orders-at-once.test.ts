import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { linesOf, PurchaseOrderEnvironment, vote } from '../services/purchase-order-environment.ts';

/** Updates at the same time: the server that skips time loses workflow tasks among them, the real one does not. */
let environment: PurchaseOrderEnvironment;

beforeAll(async () => {
  environment = await PurchaseOrderEnvironment.on(String(process.env['TEMPORAL_ADDRESS']));
});

afterAll(() => environment?.close());

afterEach(() => {
  environment.interfere = () => undefined;
});

const approve = (poId: string, by: string, version?: number) => environment.orders.approve(poId, vote(by, version));
const amend = (poId: string, by: string, unitPrice: number, version?: number) =>
  environment.orders.amend(poId, { ...vote(by, version), lines: linesOf(unitPrice) });
/** The type with which a call is refused. */
const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'accepted',
    (error: { type?: string }) => error.type,
  );
const stateOf = async (poId: string) => (await environment.purchasing.purchasing.findOrder({ poId })).state;

test('an approval of version 1 that races the amendment is outdated', async () => {
  const poId = await environment.submit(4_000_000);
  const { reached, goOn } = environment.hold('amendOrder');
  const amendment = amend(poId, 'rita', 6_000_000);
  await reached;
  const approval = refusalOf(approve(poId, 'mary'));
  goOn();
  expect(await amendment).toMatchObject({ version: 2, missing: ['manager', 'cfo'] });
  expect(await approval).toBe('ApprovalOutdated');
  expect(await stateOf(poId)).toBe('awaiting-approval');
  await environment.orders.withdraw(poId, vote('rita', 2));
});

test('an approval whose person is being looked up while the order is amended is outdated', async () => {
  const poId = await environment.submit(4_000_000);
  const { reached, goOn } = environment.hold('findDecider');
  const approval = refusalOf(approve(poId, 'mary'));
  await reached;
  environment.interfere = () => undefined;
  await amend(poId, 'rita', 6_000_000);
  goOn();
  expect(await approval).toBe('ApprovalOutdated');
  await environment.orders.withdraw(poId, vote('rita', 2));
});

test('an amendment that comes while the last approval is being given changes nothing', async () => {
  const poId = await environment.submit(4_000_000);
  const { reached, goOn } = environment.hold('findDecider');
  const late = refusalOf(amend(poId, 'rita', 6_000_000));
  await reached;
  environment.interfere = () => undefined;
  await approve(poId, 'mary');
  goOn();
  expect(await late).toBe('InvalidState');
  expect(await environment.result(poId)).toMatchObject({ outcome: 'completed', total: 4_000_000 });
});

test('a withdrawal that comes while the order is amended takes the version that its author has seen', async () => {
  const poId = await environment.submit(4_000_000);
  const { reached, goOn } = environment.hold('amendOrder');
  const amendment = amend(poId, 'rita', 6_000_000);
  await reached;
  const withdrawal = refusalOf(environment.orders.withdraw(poId, vote('rita')));
  goOn();
  await amendment;
  expect(await withdrawal).toBe('ApprovalOutdated');
  await environment.orders.withdraw(poId, vote('rita', 2));
  expect(await stateOf(poId)).toBe('withdrawn');
});

test('of an approval and a withdrawal at the same time one counts', async () => {
  const poId = await environment.submit(4_000_000);
  const both = await Promise.all([
    refusalOf(approve(poId, 'mary')),
    refusalOf(environment.orders.withdraw(poId, vote('rita'))),
  ]);
  expect(both.filter((answer) => answer === 'accepted')).toHaveLength(1);
  const { outcome } = await environment.result(poId);
  expect([outcome, await stateOf(poId)]).toEqual(
    both[0] === 'accepted' ? ['completed', 'approved'] : ['cancelled', 'withdrawn'],
  );
});

test('of two people who approve at the same time both count', async () => {
  const poId = await environment.submit(6_000_000);
  const { reached, goOn } = environment.hold('findDecider');
  const both = [refusalOf(approve(poId, 'mary')), refusalOf(approve(poId, 'carl'))];
  await reached;
  goOn();
  expect(await Promise.all(both)).toEqual(['accepted', 'accepted']);
  expect(await environment.result(poId)).toMatchObject({ outcome: 'completed' });
});
