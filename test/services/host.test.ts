import { networkInterfaces } from 'node:os';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { choosePort } from '../../parts/ports.ts';
import { waitUntil } from '../../parts/wait.ts';
import { accessVariables } from '../identities.ts';
import { startProcess } from './child-process.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

test('a process says that HOST is no address of this machine, and what it may be', async () => {
  const starting = startProcess('orders', { HOST: 'my-laptop.invalid' });
  await expect(starting).rejects.toThrow(
    /ended with 2: orders: HOST is wrong: my-laptop\.invalid is no address of this machine \(.*\); set it to 127\.0\.0\.1, .*or unset it$/s,
  );
});

test.each(['orders', 'catalog'] as const)('%s is reached where it says that it listens: [::1]', async (role) => {
  const starting = startProcess(role, { HOST: '::1' });
  if (!hasIPv6) return expect(starting).rejects.toThrow('HOST is wrong: ::1');
  const { address, stop } = await starting;
  await stop();
  expect(address).toMatch(/^http:\/\/\[::1\]:\d+$/);
});

test('a process goes on when its output is not read', async () => {
  const port = await choosePort();
  const child = execa('node', ['roles/main.ts', 'orders'], {
    extendEnv: false,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: process.env['DATABASE_URL'],
      PORT: String(port),
      LOG_LEVEL: 'trace',
      ...(await accessVariables()),
    },
    reject: false,
  });
  child.stdout.destroy();
  child.stderr.destroy();
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );

  const ended = child.then(() => true);
  await waitUntil(async () => (await isReady()) || (await Promise.race([ended, false])), { within: 30_000 });
  child.kill('SIGTERM');

  expect((await child).exitCode).toBe(0);
});
