import { on } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { frontDoorServices } from '../../api/role.ts';
import { accessVariables } from '../identities.ts';
import { sellerVariables } from '../seller.ts';

/** The program that runs roles, as it is started in production. */

const frontDoorAddresses = Object.keys(frontDoorServices.shape);

let access: Readonly<Record<string, string>>;
let running: ReturnType<typeof start> | undefined;

beforeAll(async () => {
  access = await accessVariables();
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running;
  running = undefined;
});

function start(roles: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { PATH, DATABASE_URL } = process.env;
  return execa('node', ['roles/main.ts', ...roles], {
    extendEnv: false,
    env: { PATH, DATABASE_URL, LOG_LEVEL: 'silent', ...access, ...environment },
    reject: false,
  });
}

test('several roles in one process each say that they are ready, answer on ports of their own and stop together', async () => {
  const started = start(['orders', 'order-history'], { ORDERS_PORT: '0', ORDER_HISTORY_PORT: '0' });
  running = started;
  const lines = createInterface({ input: started.stdout });
  const addresses = new Map<string, string>();
  for await (const [line] of on(lines, 'line')) {
    const [name = '', , address = ''] = String(line).split(' ');
    addresses.set(name, address);
    if (addresses.size === 2) break;
  }

  const titleAt = async (name: string) => {
    const answer = await fetch(`${addresses.get(name)}/openapi.json`);
    return ((await answer.json()) as { info: { title: string } }).info.title;
  };
  const titles = [await titleAt('orders'), await titleAt('order-history')];
  started.kill('SIGTERM');

  expect(titles).toEqual(['orders', 'order-history']);
  expect(await started).toMatchObject({ exitCode: 0 });
});

describe('a process that is told wrongly what to run', () => {
  test('names a role that it does not know, and those that there are', async () => {
    const { exitCode, stderr } = await start(['orders', 'order-of-lunch']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/'order-of-lunch' is invalid.*Allowed choices are customers, catalog, /);
  });

  test('runs nothing in production that stands in for what is outside', async () => {
    const { exitCode, stderr } = await start(['orders', 'mail-sink'], { NODE_ENV: 'production' });
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: mail-sink: it stands in for what is outside of the system, and never in production');
  });

  test('is told that it has nothing to run', async () => {
    const { exitCode, stderr } = await start([]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("missing required argument 'role'");
  });

  test('says of every role what it lacks: a port for all would be taken by the first', async () => {
    const { exitCode, stderr } = await start(['orders', 'order-history'], { PORT: '0' });
    expect(exitCode).toBe(2);
    for (const [name, own] of [
      ['orders', 'ORDERS_PORT'],
      ['order-history', 'ORDER_HISTORY_PORT'],
    ]) {
      expect(stderr).toContain(`${name}: PORT is missing`);
      expect(stderr).toMatch(new RegExp(`^${name}: variables for it alone begin with .*: ${own}$`, 'm'));
    }
  });

  test.each([
    [{ SELLER_IBAN: '' }, 'SELLER_IBAN is missing'],
    [{ SELLER_IBAN: 'DE02120300000000202052' }, 'SELLER_IBAN is wrong: it is no IBAN'],
    [{ SELLER_NAME: '' }, 'SELLER_NAME is missing'],
  ])('mails no invoice for a seller that is half known: %j', async (change, message) => {
    const { exitCode, stderr } = await start(['notification-consumer'], {
      ...{ AMQP_URL: 'amqp://127.0.0.1:1', SMTP_URL: 'smtp://127.0.0.1:1', ...sellerVariables, ...change },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`notification-consumer: ${message}`);
  });

  test.each(frontDoorAddresses)('opens no front door that does not know %s', async (missing) => {
    const others = Object.fromEntries(frontDoorAddresses.map((name) => [name, 'http://127.0.0.1:1']));
    running = start(['api'], { ...others, [missing]: '', PORT: '0' });
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`api: ${missing} is missing: set it in the environment`);
  });

  test('ends with all of its roles when one of them cannot start', async () => {
    const { exitCode, stderr } = await start(['orders', 'reviews'], { ORDERS_PORT: '0', REVIEWS_PORT: '0' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('reviews: CATALOG_URL is missing');
    expect(stderr).not.toContain('orders: ');
  });
});
