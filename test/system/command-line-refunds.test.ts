import { beforeAll, expect, test } from '@jest/globals';
import { cli, ownShop } from './command-line-shop.ts';

const { run, sku, paid, place, line, open } = ownShop();
const one = `${run}-one`;
const onePiece = ['refund', paid, '--line', `${sku}=1`, '--reason', 'scratched', '--id', one, '--wait'];

beforeAll(async () => {
  await open();
}, 120_000);

const stock = async () => JSON.parse((await cli(['stock', sku, '--json'])).stdout).stock[0];
const order = async () => JSON.parse((await cli(['order', paid, '--json'])).stdout);

test('one piece of a completed order is paid back and back on the shelf', async () => {
  const { onHand } = await stock();
  const { exitCode, stdout, stderr } = await cli(onePiece);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const fact of [
    /^Outcome +completed$/m,
    new RegExp(`^Refund +${one}$`, 'm'),
    /^Total +29\.99 USD/m,
    new RegExp(`^Web UI +http.+/workflows/refund%2F${one}$`, 'm'),
  ])
    expect(stdout).toMatch(fact);
  expect(await order()).toMatchObject({ refunded: 2999, refunds: [{ refundId: one, state: 'completed' }] });
  expect((await cli(['order', paid])).stdout).toMatch(
    new RegExp(`^Refunded +29\\.99 USD$[^]+^${one} .+ completed +${sku}=1 +29\\.99 USD +scratched$`, 'm'),
  );
  expect((await stock()).onHand).toBe(onHand + 1);
  const status = await cli(['status', `refund/${one}`]);
  expect(status).toMatchObject({ exitCode: 0, stderr: '' });
  expect(status.stdout).toMatch(/^State +completed$[\s\S]+✓ +pay the money back/m);
});

test('the same refund again pays nothing back twice, and other content under its id is refused', async () => {
  const before = await order();
  const again = await cli([...onePiece, '--json']);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({ refundId: one, outcome: 'completed', amounts: { total: 2999 } });
  const other = await cli(['refund', paid, '--id', one]);
  expect(other).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: IdempotencyConflict: /),
  });
  expect(await order()).toEqual(before);
});

test('the list of refunds has those of an order, and none that needs an operator', async () => {
  const ofOrder = JSON.parse((await cli(['refunds', '--order', paid, '--json'])).stdout);
  expect(ofOrder.refunds).toMatchObject([{ refundId: one, orderId: paid, state: 'completed', needsOperator: false }]);
  const stuck = JSON.parse((await cli(['refunds', '--order', paid, '--needs-operator', '--json'])).stdout);
  expect(stuck.refunds).toEqual([]);
});

test('without lines all that is left is paid back; the goods may stay away', async () => {
  const { onHand } = await stock();
  const asked = await cli(['refund', paid, '--no-restock', '--id', `${run}-rest`]);
  expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
  expect(asked.stdout).toMatch(new RegExp(`^Status +npm run cli -- status refund/${run}-rest$`, 'm'));
  const rest = await cli(['refund', paid, '--no-restock', '--id', `${run}-rest`, '--wait', '--json']);
  expect(JSON.parse(rest.stdout)).toMatchObject({ outcome: 'completed', amounts: { total: 2999 } });
  expect(await order()).toMatchObject({ refunded: 5998 });
  expect((await stock()).onHand).toBe(onHand);
});

test('what cannot be paid back is refused by its type, and changes nothing', async () => {
  const unpaid = `${run}-unpaid`;
  const parameters = [...place(...line('1')), '--id', unpaid, '--payment-method', 'pm_card_authenticationRequired'];
  await cli(parameters.filter((parameter) => parameter !== '--wait'));
  const before = [await order(), await stock()];
  for (const [refund, complaint] of [
    [[paid], /^error: RefundTooLarge: /],
    [[paid, '--line', `${run}-nothing=1`], /^error: LineNotBought: /],
    [[paid, '--line', `${sku}=3`], /^error: LineNotBought: /],
    [[unpaid], /^error: OrderNotCompleted: /],
    [[`${run}-none`], /^error: NotFound: /],
    [['../x'], /^error: InvalidRequest: orderId: /],
    [[paid, '--line', `${sku}=0`], /^error: InvalidRequest: lines\.0\.quantity: /],
    [[paid, '--reason', ''], /^error: InvalidRequest: reason: say why/],
  ] as const) {
    const { exitCode, stderr } = await cli(['refund', ...refund, '--wait']);
    expect({ refund, exitCode, stderr }).toEqual({ refund, exitCode: 1, stderr: expect.stringMatching(complaint) });
    expect(stderr).not.toContain('\n');
  }
  expect([await order(), await stock()]).toEqual(before);
  const operator = (id: string) => ['operator', `refund/${id}`, '--retry', '--note', 'x'];
  for (const [parameters, complaint] of [
    [['status', `refund/${run}-none`], /^error: NotFound: there is no refund/],
    [operator(`${run}-none`), /^error: NotFound: there is no refund/],
    [operator(one), new RegExp(`^error: InvalidState: the refund ${one} has ended: completed$`)],
    [['cancel', `refund/${one}`], /^error: InvalidState: a refund cannot be cancelled$/],
    [
      ['status', `journey/${one}`],
      /^error: InvalidRequest: there is no process journey\/\S+; name one as (\S+, )*checkout\/ID, /,
    ],
    [['status', 'dispute/none'], /^error: InvalidRequest: disputeId: /],
    [['wait', 'provider-refund/re_none'], /^error: NotFound: there is no provider-refund re_none$/],
  ] as const) {
    expect(await cli(parameters)).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(complaint) });
  }
  const watched = await cli(['watch', `refund/${one}`]);
  expect(watched).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/ pay the money back: done$/m) });
  expect(await cli(['wait', `refund/${one}`])).toMatchObject({ stdout: expect.stringMatching(/^Refund +\S+$/m) });
  expect(await cli(['refund', paid, '--line', sku])).toMatchObject({ exitCode: 2 });
  expect(await cli(['cancel', unpaid])).toMatchObject({ exitCode: 0 });
}, 120_000);
