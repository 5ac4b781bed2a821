import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { type Called, cli, ownShop } from './command-line-shop.ts';

const { run, paid, place, line, open } = ownShop();
const decided = ['--note', 'looked at it'];

beforeAll(async () => {
  await open();
}, 120_000);

/** Places a checkout and comes back with its early return. */
function placeOnly(id: string, paymentMethod: string, ...more: string[]): Promise<Called> {
  const parameters = [...place(...line('1')), '--id', id, '--payment-method', paymentMethod, ...more];
  return cli(parameters.filter((parameter) => parameter !== '--wait'));
}

/** A decision that is not needed is refused with one line, and changes nothing. */
async function refused(parameters: readonly string[], complaint: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await cli(parameters);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(complaint) });
  expect(stderr).not.toContain('\n');
}

describe('a payment that the customer confirms to the bank', () => {
  const id = `${run}-challenge`;
  let page: string;

  test('placing it says where the customer goes, and is no failure', async () => {
    const placed = await placeOnly(id, 'pm_card_authenticationRequired');
    expect(placed).toMatchObject({ exitCode: 0, stderr: '' });
    for (const fact of [
      /^Answer +needs-action$/m,
      /^Waits for +the customer: confirm the payment to the bank$/m,
      /^Until +\d{4}-.+Z$/m,
      /^Page +http.+\/challenge\/.+$/m,
    ])
      expect(placed.stdout).toMatch(fact);
  });

  test('its status and the list say what it waits for', async () => {
    const status = JSON.parse((await cli(['status', id, '--json'])).stdout);
    expect(status).toMatchObject({
      state: 'needs-action',
      waitingFor: { who: 'customer', message: 'confirm the payment to the bank', url: expect.any(String) },
      needsOperator: [],
      decisions: [],
    });
    page = status.waitingFor.url;
    let row: unknown;
    await waitUntil(
      async () => {
        const { stdout } = await cli(['list', '--state', 'needs-action', '--limit', '1000', '--json']);
        row = JSON.parse(stdout).checkouts.find((each: { checkoutId: string }) => each.checkoutId === id);
        return row !== undefined;
      },
      { within: 20_000 },
    );
    expect(row).toMatchObject({ needsOperator: false, waitingFor: { who: 'customer', url: page } });
    const { stdout } = await cli(['list', '--state', 'needs-action', '--limit', '1000']);
    expect(stdout).toMatch(new RegExp(`${id} .+needs-action .+the customer: confirm the payment to the bank, until`));
  });

  test('what it does not wait for is refused', async () => {
    await refused(
      ['pay', id, '--payment-method', 'pm_card_visa'],
      /^error: InvalidState: .+ asks for no other card now/,
    );
    await refused(['review', id, '--approve', ...decided], /^error: InvalidState: no payment of .+ is in review now/);
    await refused(['operator', id, '--retry', ...decided], /^error: InvalidState: nothing needs an operator now/);
    expect(JSON.parse((await cli(['status', id, '--json'])).stdout)).toMatchObject({
      state: 'needs-action',
      decisions: [],
    });
  });

  test('it completes once the customer has confirmed it', async () => {
    const body = new URLSearchParams({ outcome: 'complete' });
    expect((await fetch(page, { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
    expect(await cli(['wait', id])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse((await placeOnly(id, 'pm_card_authenticationRequired', '--json')).stdout)).toMatchObject({
      answer: 'accepted',
    });
  });
});

describe('another card', () => {
  const id = `${run}-cards`;

  test('is asked for after a decline, when that was wished', async () => {
    const placed = await placeOnly(id, 'pm_card_chargeDeclined', '--on-decline', 'wait');
    expect(placed).toMatchObject({ exitCode: 0, stderr: '' });
    for (const fact of [
      /^Answer +needs-action$/m,
      /^Reason +CardDeclined: /m,
      /^Waits for +the customer: pay with another card/m,
      new RegExp(`^Next +npm run cli -- pay ${id} --payment-method ID$`, 'm'),
    ])
      expect(placed.stdout).toMatch(fact);
    await refused(['pay', id, '--payment-method', '4242424242424242'], /^error: InvalidRequest: paymentMethod: /);
  });

  test('may be declined as well; the next one pays', async () => {
    const second = await cli(['pay', id, '--payment-method', 'pm_card_chargeDeclinedInsufficientFunds', '--json']);
    expect(second).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(second.stdout)).toMatchObject({ answer: 'needs-action', reason: { type: 'InsufficientFunds' } });
    const repeated = await placeOnly(id, 'pm_card_chargeDeclined', '--on-decline', 'wait', '--json');
    expect(JSON.parse(repeated.stdout)).toMatchObject({ reason: { type: 'InsufficientFunds' } });

    const third = await cli(['pay', id, '--payment-method', 'pm_card_visa']);
    expect(third).toMatchObject({ exitCode: 0, stderr: '' });
    expect(third.stdout).toMatch(/^Answer +accepted$/m);
    expect((await cli(['wait', id])).stdout).toMatch(/^Outcome +completed$/m);
  });

  test('place --wait tells what it waits for and goes on waiting', async () => {
    const waited = `${run}-waited`;
    const parameters = place(...line('1'), '--id', waited, '--on-decline', 'wait');
    const placing = cli([...parameters, '--payment-method', 'pm_card_chargeDeclined']);
    const asksForCard = async () => {
      const { exitCode, stdout } = await cli(['status', waited, '--json']);
      return exitCode === 0 && JSON.parse(stdout).state === 'needs-action';
    };
    expect(await waitUntil(asksForCard, { within: 20_000 })).toBe(true);
    const watching = cli(['watch', waited]);
    expect(await cli(['pay', waited, '--payment-method', 'pm_card_visa'])).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout, stderr } = await placing;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(
        new RegExp(`^${waited} waits for the customer: pay with another card .+, until .+Z$`),
      ),
    });
    expect(stdout).toMatch(/^Outcome +completed$/m);
    expect(stdout).not.toContain('Waits for');
    expect(await watching).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/ {2}completed$/),
    });
  });
});

describe('a payment that is held for review', () => {
  const id = `${run}-review`;

  test('is pending until a reviewer approves it, by name', async () => {
    const placed = await placeOnly(id, 'pm_card_riskLevelElevated');
    expect(placed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(placed.stdout).toMatch(/^Answer +pending$/m);
    expect(placed.stdout).toMatch(new RegExp(`^Next +npm run cli -- review ${id} --approve --note TEXT$`, 'm'));
    await refused(['review', id, '--approve', '--note', ' '], /^error: InvalidRequest: note: /);

    const review = await cli(['review', id, '--approve', ...decided]);
    expect(review).toMatchObject({ exitCode: 0, stderr: '' });
    expect(review.stdout).toMatch(/^Decision +approve\nBy +developer\nNote +looked at it$/m);
    expect(await cli(['wait', id])).toMatchObject({ exitCode: 0 });
    expect((await cli(['status', id])).stdout).toMatch(/^review the payment +approve +developer .+ looked at it$/m);
    await refused(['review', id, '--refuse', ...decided], /^error: InvalidState: /);
  });

  test('is released when it is refused', async () => {
    const other = `${run}-refused`;
    await placeOnly(other, 'pm_card_riskLevelElevated');
    expect(await cli(['review', other, '--refuse', ...decided, '--json'])).toMatchObject({ exitCode: 0, stderr: '' });
    const ended = await cli(['wait', other]);
    expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: ReviewRefused: /) });
    expect(ended.stdout).toMatch(/^Undone +cancel the order, void the payment, release the stock$/m);
    await refused(['operator', other, '--settle', ...decided], /has ended: refused \(ReviewRefused\)$/);
  });
});

test.each<[string, readonly string[]]>([
  ['another card', ['pay', paid, '--payment-method', 'pm_card_visa']],
  ['a review', ['review', paid, '--approve', ...decided]],
  ["an operator's decision", ['operator', paid, '--retry', ...decided]],
  ['a cancellation', ['cancel', paid]],
])('%s after the end is refused with the way to a refund', async (_, parameters) => {
  await refused(
    parameters,
    new RegExp(`^error: InvalidState: .+ ${paid} has ended: completed; .+ a refund of the order ${paid}$`),
  );
});

test('a decision about a checkout that does not exist is refused', async () => {
  await refused(['review', `${run}-none`, '--approve', ...decided], /^error: NotFound: there is no checkout/);
});

test.each<[string, readonly string[], RegExp]>([
  ['no decision', ['review', paid, ...decided], /required option '--approve' or '--refuse' not specified/],
  [
    'two decisions',
    ['operator', paid, '--retry', '--settle', ...decided],
    /'--retry' cannot be used with .*'--settle'/,
  ],
  ['no note', ['operator', paid, '--settle'], /required option '--note <text>' not specified/],
  ['no card', ['pay', paid], /required option '--payment-method <id>' not specified/],
  ['no such choice', place(...line('1'), '--on-decline', 'ask'), /Allowed choices are refuse, wait/],
])('%s is wrong usage', async (_, parameters, complaint) => {
  const { exitCode, stdout, stderr } = await cli(parameters);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(complaint) });
});
