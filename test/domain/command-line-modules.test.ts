import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

const main = fileURLToPath(new URL('../../client/command-line/main.ts', import.meta.url));
/** Tells on standard error which packages a command has loaded. */
const recorder = `
import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  load(url, context, next) {
    packages.add(/\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]);
    return next(url, context);
  },
});
process.on('exit', () => console.error('packages:' + [...packages].filter(Boolean)));
`;
const nowhere = 'http://127.0.0.1:1';
const addresses = Object.fromEntries(
  [
    'CUSTOMERS',
    'CATALOG',
    'ORDERS',
    'ORDER_HISTORY',
    'INVENTORY',
    'BILLING',
    'COMMUNITIES',
    'STAFF',
    'LEDGER',
    'DEAD_LETTERS',
  ].map((name) => [`${name}_URL`, nowhere]),
);

async function packagesOf(parameters: readonly string[]): Promise<string[]> {
  const { stderr } = await execa(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(recorder)}`, main, ...parameters],
    { reject: false, env: { NODE_OPTIONS: '', TEMPORAL_ADDRESS: '127.0.0.1:1', ...addresses } },
  );
  return (/^packages:(.*)$/m.exec(stderr)?.[1] ?? '').split(',');
}

// Most of the time of a command is that of loading modules.
test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['a list of checkouts', ['list'], ['@temporalio/client'], ['@connectrpc/connect', 'pino', 'prom-client', 'amqplib']],
  ['a question to one service', ['stock'], ['prom-client'], ['@temporalio/client', '@connectrpc/connect', 'pino']],
  ['a question to the catalog', ['product', 'lamp'], ['@connectrpc/connect'], ['@temporalio/client', 'pino']],
  ['the broker as it is described', ['topology'], ['commander'], ['@temporalio/client', '@connectrpc/connect']],
])('%s loads the packages that it needs, and no other', async (_, parameters, needed, unneeded) => {
  const packages = await packagesOf(parameters);
  expect(packages).toEqual(expect.arrayContaining([...needed]));
  expect(packages.filter((name) => unneeded.includes(name))).toEqual([]);
});
