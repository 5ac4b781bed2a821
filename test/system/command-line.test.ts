import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { type Called, cli, ownShop, startCli } from './command-line-shop.ts';

const { run, customer, sku, email, paid, place, line, cart, open } = ownShop();
let imported: Called;
let placed: Called;

beforeAll(async () => {
  ({ imported, placed } = await open());
}, 120_000);

test('an import tells what it took in', () => {
  expect(imported).toMatchObject({ exitCode: 0, stderr: '' });
  expect(imported.stdout).toBe('Customers    1\nProducts     1\nStock lines  1');
});

describe('placing', () => {
  test('tells the outcome, the total, the ids and what to do next', () => {
    expect(placed).toMatchObject({ exitCode: 0, stderr: '' });
    for (const fact of [
      /^Answer +accepted$/m,
      /^Outcome +completed$/m,
      new RegExp(`^Order +${paid}$`, 'm'),
      /^Total +59\.98 USD/m,
      new RegExp(`npm run cli -- status ${paid}`),
      new RegExp(`^Web UI +http.+/namespaces/default/workflows/checkout%2F${paid}$`, 'm'),
    ])
      expect(placed.stdout).toMatch(fact);
  });

  test('the same id with the same content is the same checkout', async () => {
    const again = await cli([...place(...line('2'), '--id', paid, '--accepted-total', '59.98'), '--json']);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({
      orderId: paid,
      answer: 'accepted',
      result: { outcome: 'completed' },
    });
  });

  test('a refusal is an answer on standard output, a line on standard error and exit code 1', async () => {
    const refused = await cli(place(...line('51'), '--payment-method', 'pm_card_visa', '--id', `${run}-out`));
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/^Outcome +refused$/m);
    expect(refused.stderr).toMatch(/^error: OutOfStock: .+$/);
  });

  test('a file with many places each, and names those that did not succeed', async () => {
    const many = [
      cart({ checkoutId: `${run}-many-1`, lines: [{ sku, quantity: 1 }] }),
      cart({ checkoutId: `${run}-many-2`, lines: [{ sku: `${run}-nothing`, quantity: 1 }] }),
    ];
    const { exitCode, stdout, stderr } = await cli(['place', '--file', '-', '--wait', '--json'], JSON.stringify(many));
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { answer: 'accepted', result: { outcome: 'completed' } },
      { answer: 'refused', reason: { type: 'UnknownProduct' } },
    ]);
    expect(JSON.parse(stderr).error.message).toContain(`1 of 2 checkouts did not succeed: ${run}-many-2`);
  });
});

describe('looking', () => {
  test.each<[string, readonly string[], RegExp, object]>([
    ['status', ['status', paid], /✓ +capture the payment/, { state: 'completed', amounts: { total: 5998 } }],
    ['wait', ['wait', paid], /^Outcome +completed$/m, { outcome: 'completed' }],
    ['watch', ['watch', paid], /fulfil the order: done\n.+ {2}completed$/, { status: { state: 'completed' } }],
    ['order', ['order', paid], /29\.99 USD +59\.98 USD/, { orderId: paid, state: 'completed' }],
    ['customer', ['customer', customer], new RegExp(`^Mail +${email}$`, 'm'), { customerId: customer }],
    ['stock', ['stock', sku], new RegExp(`^${sku} +50 `, 'm'), { stock: [{ sku, received: 50 }] }],
    ['product', ['product', sku], /Lamp \u{FFFD}\[31m +29\.99 USD/u, { products: [{ sku, prices: { USD: 2999 } }] }],
    ['mail', ['mail', '--checkout', paid, '--to', email], /Your order/, { mails: [{ to: [email], copies: 1 }] }],
    ['trial balance', ['ledger', 'trial-balance', '--currency', 'USD'], /total .+ 0\.00 USD$/, {}],
    [
      'journal',
      ['ledger', 'journal', paid],
      /1050 .+59\.98 USD/,
      { journals: [{ subject: { kind: 'order', id: paid } }] },
    ],
    ['statement', ['ledger', 'statement', '1050', '--currency', 'USD'], /^Account +1050/m, { account: '1050' }],
    ['addresses', ['addresses'], /RabbitMQ +amqp:\/\/[^:]+:\*\*\*@/, { LEDGER_URL: process.env['LEDGER_URL'] }],
  ])('%s, for people and as JSON', async (_, parameters, shown, document) => {
    const [human, json] = await Promise.all([cli(parameters), cli([...parameters, '--json'])]);
    expect(human).toMatchObject({ exitCode: 0, stderr: '' });
    expect(human.stdout).toMatch(shown);
    expect(json).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject(document);
  });

  test('the list shows a checkout as soon as Temporal lists it', async () => {
    let rows: { checkoutId: string }[] = [];
    const listed = await waitUntil(
      async () => {
        rows = JSON.parse((await cli(['list', '--state', 'completed', '--limit', '1000', '--json'])).stdout).checkouts;
        return rows.some(({ checkoutId }) => checkoutId === paid);
      },
      { within: 20_000 },
    );
    expect(listed).toBe(true);
    expect(rows.find(({ checkoutId }) => checkoutId === paid)).toMatchObject({ total: 5998, currency: 'USD' });
    expect((await cli(['list', '--limit', '1000'])).stdout).toMatch(new RegExp(`${paid} .+completed +59\\.98 USD`));
  });

  test('completeness tells what it counted; an incomplete book is exit code 1', async () => {
    const { exitCode, stdout } = await cli(['ledger', 'completeness', '--json']);
    const { complete, events } = JSON.parse(stdout);
    expect(events).toBeGreaterThan(0);
    expect(exitCode).toBe(complete ? 0 : 1);
  });

  test.each([
    ['verify', 'intact', 'journals', 'Tampered'],
    ['reconcile', 'reconciled', 'movements', 'Unreconciled'],
  ])('ledger %s tells what it looked at; books that do not fit are exit code 1', async (command, fits, count, type) => {
    const { exitCode, stdout, stderr } = await cli(['ledger', command, '--json']);
    const document = JSON.parse(stdout);
    expect(document[count]).toBeGreaterThan(0);
    expect(exitCode).toBe(document[fits] ? 0 : 1);
    if (exitCode === 1) expect(JSON.parse(stderr).error.type).toBe(type);
  });

  test('ledger verify says that an end that was noted is not in the chain', async () => {
    const { exitCode, stdout, stderr } = await cli(['ledger', 'verify', '--noted', `1/${'0'.repeat(64)}`]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Noted +not in the chain$/m);
    expect(stderr).toMatch(/^error: Tampered: /);
    expect(await cli(['ledger', 'verify', '--noted', '1'])).toMatchObject({ exitCode: 2 });
  });

  test('watch follows a checkout with its events to the end', async () => {
    const id = `${run}-watched`;
    const waits = ['--customer', customer, ...line('1'), '--payment-method', 'pm_card_riskLevelElevated'];
    expect(await cli(['place', ...waits, '--id', id])).toMatchObject({ exitCode: 0 });
    const watching = startCli(['watch', id]);
    let told = '';
    watching.stdout.on('data', (chunk) => {
      told += chunk;
    });
    // It goes on only once it is watched, on however slow a machine.
    await waitUntil(async () => told.includes('authorize the payment: running'), { within: 30_000 });
    const decision = ['--approve', '--note', 'a known customer'];
    expect(await cli(['review', id, ...decision])).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await watching;
    expect(exitCode).toBe(0);
    for (const change of ['place the order: done', 'event OrderCompleted', '  completed']) {
      expect(stdout.split('\n').filter((each) => each.endsWith(change))).toHaveLength(1);
    }
  });

  test('a checkout whose payment is taken is not cancelled any more', async () => {
    const { exitCode, stderr } = await cli(['cancel', paid]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: InvalidState: the checkout ${paid} has ended`));
  });
});
