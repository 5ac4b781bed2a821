import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { createServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../ops/parts/wait.ts';
import type { Movement } from '../../services/payment-simulator/truth.ts';

const main = fileURLToPath(new URL('../../client/command-line/main.ts', import.meta.url));
/** Names everything that these tests make, so that other tests of the same system do not disturb them. */
const run = `cli-${randomUUID().slice(0, 8)}`;
const customer = `${run}-customer`;
const sku = `${run}-lamp`;
const email = `${run}@example.org`;
const paid = `${run}-paid`;

interface Called {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function cli(parameters: readonly string[], input = '', environment: Record<string, string> = {}) {
  const called = await execa(process.execPath, [main, ...parameters], {
    reject: false,
    input,
    env: { NODE_OPTIONS: '', ...environment },
  });
  return called as Called;
}

const cart = (changes: object = {}) => ({
  checkoutId: `${run}-bad`,
  customerId: customer,
  lines: [{ sku, quantity: 2 }],
  currency: 'USD',
  country: 'US',
  paymentMethod: 'pm_card_visa',
  ...changes,
});

const flags = (...more: string[]) => ['place', '--customer', customer, '--wait', ...more];
const line = (quantity: string) => ['--line', `${sku}=${quantity}`];

let folder: string;
let placed: Called;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'command-line-test-'));
  const files = {
    customers: [{ customerId: customer, name: 'Grace Hopper', email, country: 'US', status: 'active' }],
    products: [{ sku, name: 'Lamp \u001b[31m', prices: { USD: 2999 } }],
    stock: { receiptId: run, lines: [{ sku, quantity: 50 }] },
  };
  const parameters = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const file = path.join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify(content));
      return [`--${name}`, file];
    }),
  );
  expect(await cli(['import', ...parameters.flat()])).toMatchObject({ exitCode: 0, stderr: '' });
  placed = await cli(flags(...line('2'), '--id', paid, '--accepted-total', '59.98'));
  const { mailSink, ledger } = createServiceClients(process.env as Record<string, string>);
  await waitUntil(
    async () => {
      const [{ mails }, { journals }] = await Promise.all([
        mailSink.listMails({ to: email }),
        ledger.listJournals({ orderId: paid }),
      ]);
      return mails.length > 0 && journals.length > 0;
    },
    { within: 20_000 },
  );
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
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
    const again = await cli([...flags(...line('2'), '--id', paid, '--accepted-total', '59.98'), '--json']);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({
      orderId: paid,
      answer: 'accepted',
      result: { outcome: 'completed' },
    });
  });

  test('a refusal is an answer on standard output, a line on standard error and exit code 1', async () => {
    const refused = await cli(flags(...line('51'), '--payment-method', 'pm_card_visa', '--id', `${run}-out`));
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
    ['journal', ['ledger', 'journal', paid], /1050 .+59\.98 USD/, { journals: [{ orderId: paid }] }],
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

  test('watch follows a checkout with its events to the end', async () => {
    const id = `${run}-watched`;
    // The provider takes the money and hangs once: time enough for somebody to watch.
    const slow = cli(flags(...line('1'), '--id', id, '--payment-method', 'pm_fault_apply_then_hang'));
    await waitUntil(async () => (await cli(['status', id])).exitCode === 0, { within: 20_000 });
    const [{ exitCode, stdout }] = await Promise.all([cli(['watch', id]), slow]);
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

describe('what cannot be', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['an unknown checkout', ['status', `${run}-none`], /^error: NotFound: there is no checkout/],
    ['a malformed id', ['wait', 'a b'], /^error: InvalidRequest: checkoutId: an id has 1 to 64 letters/],
    ['an unknown order', ['order', `${run}-none`], /^error: NotFound: /],
    ['a path as an id', ['order', '..'], /^error: InvalidRequest: orderId: an id has/],
    ['an unknown customer', ['customer', `${run}-none`], /^error: CustomerNotFound: /],
    ['an unknown product', ['product', `${run}-none`], /^error: UnknownProduct: /],
    ['no such account', ['ledger', 'statement', '12', '--currency', 'USD'], /^error: InvalidRequest: account: /],
    ['no such file', ['place', '--file', '/nowhere.json'], /^error: InvalidRequest: \/nowhere\.json cannot be read/],
  ])('%s is one line and exit code 1', async (_, parameters, complaint) => {
    const [human, json] = await Promise.all([cli(parameters), cli([...parameters, '--json'])]);
    expect(human).toMatchObject({ exitCode: 1, stdout: '' });
    expect(human.stderr).toMatch(complaint);
    expect(human.stderr).not.toContain('\n');
    expect(json).toMatchObject({ exitCode: 1, stdout: '' });
    const { error } = JSON.parse(json.stderr);
    expect(human.stderr).toBe(`error: ${error.type}: ${error.message}`);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown flag', ['list', '--colour'], /unknown option '--colour'/],
    ['an unknown command', ['buy'], /unknown command 'buy'/],
    ['no command', [], /name a command/],
    ['a missing argument', ['status'], /missing required argument/],
    ['an argument too many', ['status', 'a', 'b'], /too many arguments/],
    ['a malformed number', ['list', '--limit', 'ten'], /whole number from 1 to/],
    ['a malformed line', flags('--line', `${sku}=two`), /SKU=QUANTITY/],
    ['a malformed amount', flags(...line('1'), '--accepted-total', '5,99'), /decimal such as 59\.98/],
    ['no customer', ['place', ...line('1')], /required option '--customer <id>'/],
  ])('%s is wrong usage: one line and exit code 2', async (_, parameters, complaint) => {
    const { exitCode, stdout, stderr } = await cli(parameters);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: Usage: .+$/);
    expect(stderr).toMatch(complaint);
  });

  test('help is exit code 0, for every command', async () => {
    for (const parameters of [['--help'], ['place', '--help'], ['ledger', '--help']]) {
      const { exitCode, stdout, stderr } = await cli(parameters);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: npm run cli -- /);
    }
  });

  test('no running system is one line with the remedy', async () => {
    const [temporal, service] = await Promise.all([
      cli(['list'], '', { TEMPORAL_ADDRESS: '127.0.0.1:1' }),
      cli(['stock'], '', { INVENTORY_URL: 'http://127.0.0.1:1' }),
    ]);
    for (const { exitCode, stderr } of [temporal, service]) {
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: .+cannot be reached at .*127\.0\.0\.1:1.+npm start.*$/);
    }
  });
});

describe('a checkout that cannot be', () => {
  const bad: readonly (readonly [string, readonly string[], object | undefined, RegExp])[] = [
    ['unknown product', flags('--line', `${run}-none=1`), undefined, /UnknownProduct: /],
    ['quantity 0', flags(...line('0')), undefined, /InvalidRequest: lines\.0\.quantity: a quantity is at least 1/],
    ['negative quantity', flags(...line('-3')), undefined, /InvalidRequest: lines\.0\.quantity: /],
    ['fractional quantity', flags(...line('1.5')), undefined, /lines\.0\.quantity: a quantity is a whole number/],
    ['huge quantity', flags(...line('9'.repeat(30))), undefined, /InvalidRequest: lines\.0\.quantity: /],
    ['a total that overflows', flags(...line('1000000')), undefined, /InvalidRequest: lines: the cart comes to/],
    ['empty cart', flags(), undefined, /InvalidRequest: lines: the cart is empty/],
    ['malformed checkout id', flags(...line('1'), '--id', '../x'), undefined, /InvalidRequest: checkoutId: /],
    ['malformed customer id', ['place', '--customer', 'a b', ...line('1')], undefined, /InvalidRequest: customerId: /],
    ['unknown currency', flags(...line('1'), '--currency', 'XTS'), undefined, /currency: unknown currency "XTS"/],
    [
      'accepted total that overflows',
      flags(...line('1'), '--accepted-total', '9'.repeat(40)),
      undefined,
      /acceptedTotal: /,
    ],
    ['accepted total that differs', flags(...line('1'), '--accepted-total', '1.00'), undefined, /PriceChanged: /],
    ['same id, other content', flags(...line('3'), '--id', paid), undefined, /IdempotencyConflict: /],
    [
      '10,000 lines',
      [],
      { lines: Array.from({ length: 10_000 }, () => ({ sku, quantity: 1 })) },
      /: lines: a cart has at most/,
    ],
    ['a text of 1 MB', [], { customerId: 'x'.repeat(1_000_000) }, /InvalidRequest: customerId: /],
    ['a currency of 1 MB', [], { currency: 'x'.repeat(1_000_000) }, /InvalidRequest: currency: .{1,300}…$/],
    ['an unknown field', [], { price: 1 }, /InvalidRequest: price: /],
    ['a quantity as text', [], { lines: [{ sku, quantity: '2' }] }, /InvalidRequest: lines\.0\.quantity: /],
    ['an amount that is no integer', [], { acceptedTotal: 59.98 }, /InvalidRequest: acceptedTotal: /],
  ];

  test('is refused by the name of the field, and leaves no trace', async () => {
    const before = await traces();
    expect(before).toMatchObject({
      stock: [{ sku, received: 50 }],
      orders: expect.arrayContaining([expect.objectContaining({ orderId: paid })]),
    });
    for (const kind of ['mails', 'journals', 'movements'] as const) expect(before[kind]).not.toHaveLength(0);
    for (const [name, parameters, changes, complaint] of bad) {
      const called = changes
        ? await cli(['place', '--file', '-', '--wait'], JSON.stringify(cart(changes)))
        : await cli(parameters);
      expect({ name, ...called }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(complaint) });
      expect(called.stderr.length).toBeLessThan(500);
      expect(called.stderr).not.toContain('\n');
    }
    expect(await traces()).toEqual(before);
  }, 180_000);

  /** Everything that a checkout of these tests could have left behind. */
  async function traces() {
    const services = createServiceClients(process.env as Record<string, string>);
    const [{ stock }, { orders }, { mails }, { journals }, answer] = await Promise.all([
      services.inventory.listStock({ sku }),
      services.orders.listOrders({ customerId: customer }),
      services.mailSink.listMails({ to: email }),
      services.ledger.listJournals({ limit: 1_000 }),
      fetch(`${process.env['PAYMENT_PROVIDER_URL']}/admin/movements`),
    ]);
    const { movements } = (await answer.json()) as { movements: Movement[] };
    return {
      stock,
      orders,
      mails: mails.map(({ messageId }) => messageId),
      journals: journals.filter(({ orderId }) => orderId?.startsWith(run)).map(({ journalId }) => journalId),
      movements: movements.filter(({ paymentId }) => paymentId?.startsWith(run)),
    };
  }
});
