import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';
import { cli, ownShop } from './command-line-shop.ts';

const { run, customer, sku, open } = ownShop();
const order = `${run}-large`;

let folder: string;
let own: { ACCESS_TOKEN_FILE: string };

beforeAll(async () => {
  await open();
  const { catalog } = createServiceClients(process.env as Record<string, string>);
  await catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { JPY: 6_000 } }] });
  const place = ['place', '--customer', customer, '--line', `${sku}=2`, '--currency', 'JPY', '--id', order, '--wait'];
  expect(await cli(place)).toMatchObject({ exitCode: 0 });
  // Others use the token of the system meanwhile.
  folder = await mkdtemp(path.join(tmpdir(), 'own-approval-'));
  const access = path.dirname(process.env['ACCESS_TOKEN_FILE'] ?? '');
  for (const file of ['key.json', 'command-line.token'])
    await copyFile(path.join(access, file), path.join(folder, file));
  own = { ACCESS_TOKEN_FILE: path.join(folder, 'command-line.token') };
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

async function as(person: string, ...parameters: string[]) {
  await cli(['login', '--as', person], '', own);
  return cli(parameters, '', own);
}

test('a refund above the limit is paid once another person with the role has approved it', async () => {
  const refund = `refund/${run}-refund`;
  const approve = ['approval', refund, '--approve', '--note', 'seen the lamps'];
  expect(await as('finance', 'refund', order, '--id', `${run}-refund`, '--reason', 'broken')).toMatchObject({
    exitCode: 0,
  });
  const status = async () => (await cli(['status', refund])).stdout;
  expect(await waitUntil(async () => /approver/.test(await status()), { within: 20_000 })).toBe(true);
  const waiting = await status();
  expect(waiting).toMatch(
    /^Waits for +the approver: the refund of 12,000 JPY takes two people: approve or refuse it$/m,
  );
  expect(waiting).toMatch(new RegExp(`^Next +\\S.* approval ${refund} --approve --note TEXT$`, 'm'));
  expect(waiting).toMatch(/^the refund of 12,000 JPY +approve, requested +finance +\S+ +broken$/m);

  expect(await as('finance', ...approve)).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'error: SecondPersonNeeded: finance has asked for this, so that another person has to confirm it',
  });
  expect(await as('reviewer', ...approve)).toMatchObject({
    exitCode: 1,
    stderr: 'error: Forbidden: api.decideApproval is for finance, manager, cfo, and reviewer is none of these',
  });
  const approved = await as('manager', ...approve, '--json');
  expect(JSON.parse(approved.stdout)).toMatchObject({
    by: 'manager',
    issuer: 'urn:durable-checkout:local',
    confirms: { by: 'finance', issuer: 'urn:durable-checkout:local' },
  });
  expect(await cli(['wait', refund])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Outcome +completed$/m),
  });
  expect(await as('manager', ...approve)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('InvalidState'),
  });
});

test('what takes one person takes no approval', async () => {
  const approve = ['approval', order, '--approve', '--note', 'fine'];
  expect(await cli(approve)).toMatchObject({
    exitCode: 1,
    stderr: 'error: InvalidState: a checkout waits for no approval',
  });
});
