import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'undici';
import { waitUntil } from '../../parts/wait.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { tokenOf } from '../identities.ts';
import { type ChildProcess, startProcess } from './child-process.ts';

const mebibyte = 1024 * 1024;
const limits = { HTTP_HEADERS_TIMEOUT_MS: '5000', HTTP_REQUEST_TIMEOUT_MS: '5000' };
let inventory: ChildProcess;
let catalog: ChildProcess;

beforeAll(async () => {
  [inventory, catalog] = await Promise.all([
    startProcess('inventory', limits),
    startProcess('catalog', { ...limits, METRICS_PORT: '' }),
  ]);
});

afterAll(async () => {
  await Promise.all([inventory.stop(), catalog.stop()]);
});

/** Whether callers with a token get their answers: 20 of them. */
async function servesOthers(): Promise<boolean> {
  const { listStock } = createHttpClient(inventoryContract, { url: inventory.address, token: tokenOf('operator') });
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => listStock({})));
  return answers.every(({ status }) => status === 'fulfilled');
}

/** In MiB. */
async function memoryOf({ address }: ChildProcess): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(text) ?? [];
  return Number(bytes) / mebibyte;
}

const open = async (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

test('10,000 connections that say nothing, or as many as the machine has, keep no one out, and are closed', async () => {
  const sockets: Socket[] = [];
  let closed = 0;
  while (sockets.length < 10_000) {
    const batch = await Promise.allSettled(Array.from({ length: 100 }, () => open(inventory.address)));
    sockets.push(...batch.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    if (batch.some(({ status }) => status === 'rejected')) break;
  }
  expect(sockets.length).toBeGreaterThan(100);
  for (const socket of sockets) socket.resume().once('close', () => closed++);

  expect(await servesOthers()).toBe(true);
  expect(await memoryOf(inventory)).toBeLessThan(200);
  expect(await waitUntil(async () => closed === sockets.length, { within: 40_000 })).toBe(true);
}, 90_000);

test('500 bodies that trickle keep no one out, and are ended', async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, () => open(inventory.address)));
  let closed = 0;
  const token = await tokenOf('checkout-worker')();
  for (const [index, socket] of sockets.entries()) {
    socket.resume().once('close', () => closed++);
    socket.write(
      `PUT /reservations/slow-${index} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n` +
        'content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{',
    );
  }

  expect(await servesOthers()).toBe(true);
  expect(await waitUntil(async () => closed === sockets.length, { within: 40_000 })).toBe(true);
}, 90_000);

test('100,000 requests without a token are refused unread, others are served meanwhile, and memory stays flat', async () => {
  const pool = new Pool(inventory.address, { connections: 20, pipelining: 10 });
  const statuses = new Map<number, number>();
  const send = async () => {
    const { statusCode, body } = await pool.request({
      path: '/reservations/flood',
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"lines":[]}',
    });
    await body.dump();
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
  };
  const flood = async (count: number) => {
    for (let sent = 0; sent < count; sent += 200) await Promise.all(Array.from({ length: 200 }, send));
  };

  await flood(10_000);
  const before = await memoryOf(inventory);
  const flooding = flood(90_000);
  const served = [await servesOthers(), await servesOthers(), await servesOthers()];
  await flooding;
  await pool.close();

  expect(served).toEqual([true, true, true]);
  expect(Object.fromEntries(statuses)).toEqual({ 401: 100_000 });
  // What the collector has not come to yet is part of it.
  expect((await memoryOf(inventory)) - before).toBeLessThan(60);
}, 180_000);

test('gRPC sessions in which no call begins are ended, and a session has 200 calls at the same time at most', async () => {
  const sessions: ClientHttp2Session[] = [];
  let closed = 0;
  for (let count = 0; count < 500; count++) {
    const session = connectHttp2(catalog.address);
    session.on('error', () => undefined).once('close', () => closed++);
    sessions.push(session);
  }
  const [first] = sessions as [ClientHttp2Session];
  await waitUntil(async () => first.remoteSettings.maxConcurrentStreams === 200, { within: 10_000 });
  expect(first.remoteSettings.maxConcurrentStreams).toBe(200);
  const client = createCatalogClient({ url: catalog.address });
  await expect(client.getProducts({ skus: ['unknown'] })).rejects.toMatchObject({ type: 'UnknownProduct' });
  expect(await waitUntil(async () => closed === sessions.length, { within: 30_000 })).toBe(true);
}, 60_000);
