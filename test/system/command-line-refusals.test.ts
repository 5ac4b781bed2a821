import { beforeAll, describe, expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import type { Movement } from '../../doubles/payment-simulator/truth.ts';
import { cli, ownShop } from './command-line-shop.ts';

const { run, customer, sku, email, paid, place, line, cart, open } = ownShop();

beforeAll(async () => {
  await open();
}, 120_000);

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
    ['a malformed line', place('--line', `${sku}=two`), /SKU=QUANTITY/],
    ['a malformed amount', place(...line('1'), '--accepted-total', '5,99'), /decimal such as 59\.98/],
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
    const answers = await Promise.all([
      cli(['stock'], '', { API_URL: 'http://127.0.0.1:1' }),
      cli(['mail'], '', { MAIL_SINK_URL: 'http://127.0.0.1:1' }),
      cli(['provider'], '', { TEMPORAL_ADDRESS: '127.0.0.1:1' }),
    ]);
    for (const { exitCode, stderr } of answers) {
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: .+cannot be reached at .*127\.0\.0\.1:1.+npm start.*$/);
    }
  });
});

describe('a checkout that cannot be', () => {
  const bad: readonly (readonly [string, readonly string[], object | undefined, RegExp])[] = [
    ['unknown product', place('--line', `${run}-none=1`), undefined, /UnknownProduct: /],
    ['quantity 0', place(...line('0')), undefined, /InvalidRequest: lines\.0\.quantity: a quantity is at least 1/],
    ['negative quantity', place(...line('-3')), undefined, /InvalidRequest: lines\.0\.quantity: /],
    ['fractional quantity', place(...line('1.5')), undefined, /lines\.0\.quantity: a quantity is a whole number/],
    ['huge quantity', place(...line('9'.repeat(30))), undefined, /InvalidRequest: lines\.0\.quantity: /],
    ['a total that overflows', place(...line('1000000')), undefined, /InvalidRequest: lines: the cart comes to/],
    ['empty cart', place(), undefined, /InvalidRequest: lines: the cart is empty/],
    ['malformed checkout id', place(...line('1'), '--id', '../x'), undefined, /InvalidRequest: checkoutId: /],
    ['malformed customer id', ['place', '--customer', 'a b', ...line('1')], undefined, /InvalidRequest: customerId: /],
    ['unknown currency', place(...line('1'), '--currency', 'XTS'), undefined, /currency: unknown currency "XTS"/],
    [
      'accepted total that overflows',
      place(...line('1'), '--accepted-total', '9'.repeat(40)),
      undefined,
      /acceptedTotal: /,
    ],
    ['accepted total that differs', place(...line('1'), '--accepted-total', '1.00'), undefined, /PriceChanged: /],
    ['same id, other content', place(...line('3'), '--id', paid), undefined, /IdempotencyConflict: /],
    [
      '10,000 lines',
      [],
      { lines: Array.from({ length: 10_000 }, () => ({ sku, quantity: 1 })) },
      /: lines: a cart has at most/,
    ],
    ['a text of 1 MB', [], { customerId: 'x'.repeat(1_000_000) }, /InvalidRequest: customerId: /],
    [
      'a currency of 1 MB',
      [],
      { currency: 'x'.repeat(1_000_000) },
      /InvalidRequest: currency: unknown currency "x{59}…"; use one of USD, EUR, GBP, JPY \(standard input, line 1\)$/,
    ],
    [
      'no country',
      [],
      { country: 'UK' },
      /InvalidRequest: country: "UK" is no country code of ISO 3166-1; use GB \(standard input, line 1\)$/,
    ],
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
      journals: journals.filter(({ subject }) => subject.id.startsWith(run)).map(({ journalId }) => journalId),
      movements: movements.filter(({ paymentId }) => paymentId?.startsWith(run)),
    };
  }
});
