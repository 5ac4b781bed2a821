import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { createLogger } from '../../platform/logging.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { connectTemporalWorker } from '../../platform/temporal-worker.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-test-'));
const file = path.join(folder, 'key');
/** Answers every call of gRPC with an empty message. */
const server = createServer();
const sessions = new Set<ServerHttp2Session>();
/** What calls have shown, newest last. */
const keys: string[] = [];
let environment: Record<string, string>;

beforeAll(async () => {
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, { authorization }) => {
    keys.push(String(authorization));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // With TEMPORAL_TLS set, a server of this machine is given the key.
  environment = { TEMPORAL_ADDRESS: `127.0.0.1:${port}`, TEMPORAL_TLS: 'false', TEMPORAL_API_KEY_FILE: file };
});

beforeEach(() => writeFileSync(file, 'first\n'));

afterAll(() => {
  server.close();
  for (const session of sessions) session.destroy();
  rmSync(folder, { recursive: true });
});

/** Asks until Temporal is shown that key. */
async function isShown(key: string, ask: () => Promise<unknown>): Promise<boolean> {
  const isNew = async () => {
    await ask();
    return keys.at(-1) === `Bearer ${key}`;
  };
  return waitUntil(isNew, { within: 20_000 });
}

test('a client shows Temporal the key that its file holds now', async () => {
  const { connection } = await connectTemporalClient(environment);
  expect(keys.at(-1)).toBe('Bearer first');
  const ask = () => connection.workflowService.getSystemInfo({});
  writeFileSync(file, 'second\n');
  expect(await isShown('second', ask)).toBe(true);
  // While the file is being replaced, the last one counts.
  rmSync(file);
  await ask();
  expect(keys.at(-1)).toBe('Bearer second');
  await connection.close();
});

test('and so does a worker', async () => {
  const { connection } = await connectTemporalWorker({ environment, logger: createLogger('test') });
  expect(keys.at(-1)).toBe('Bearer first');
  writeFileSync(file, 'third\n');
  expect(await isShown('third', () => connection.workflowService.getSystemInfo({}))).toBe(true);
  await connection.close();
});
