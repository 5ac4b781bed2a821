import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { choosePort } from '../../parts/ports.ts';
import { waitUntil } from '../../parts/wait.ts';
import { tokenOf } from '../identities.ts';
import { startProcess } from './child-process.ts';

/** Status and text that the port of the probes answers. */
async function ask(port: number, path: string): Promise<[number, string]> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return [answer.status, await answer.text()];
}

test('a service is alive and ready, and from SIGTERM on alive alone while it finishes what it has', async () => {
  const port = await choosePort();
  const orders = await startProcess('orders', { METRICS_PORT: String(port) });
  expect(await ask(port, '/livez')).toEqual([200, 'alive\n']);
  expect(await ask(port, '/readyz')).toEqual([200, 'ready\n']);

  const { hostname, port: own } = new URL(orders.address);
  const call = connect(Number(own), hostname);
  await once(call, 'connect');
  const head = [
    'POST /orders/probed/complete HTTP/1.1',
    `host: ${hostname}:${own}`,
    `authorization: Bearer ${await tokenOf('checkout-worker')()}`,
    'content-type: application/json',
    'content-length: 100',
    'expect: 100-continue',
  ];
  call.write(`${head.join('\r\n')}\r\n\r\n`);
  const [continued] = await once(call, 'data');
  expect(String(continued)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  const stopped = orders.stop();

  const isWithdrawn = async () => (await ask(port, '/readyz'))[0] === 503;
  expect(await waitUntil(isWithdrawn, { within: 5_000, every: 20 })).toBe(true);
  expect(await ask(port, '/readyz')).toEqual([503, 'it is stopping\n']);
  expect(await ask(port, '/livez')).toEqual([200, 'alive\n']);

  call.destroy();
  await stopped;
  await expect(ask(port, '/livez')).rejects.toThrow();
});
