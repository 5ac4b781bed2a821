import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Management, manage } from '../../ops/privileges/management.ts';
import { type Parts, startParts } from '../../parts/index.ts';

let parts: Parts;
let management: Management;

beforeAll(async () => {
  for (const name of ['AMQP_URL', 'DATABASE_URL']) delete process.env[name];
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  parts = await startParts({ dataDirectory, names: ['rabbitmq'], report: () => undefined, temporary: true });
  management = parts.rabbitmq.management as Management;
}, 120_000);

afterAll(() => parts?.stop());

const asEverybodyKnows = () => manage({ ...management, password: 'guest' }, 'GET', 'overview');

test('the administrator of the broker has a password that nobody else knows', async () => {
  await expect(asEverybodyKnows()).rejects.toThrow('401');
  expect(await manage(management, 'GET', 'whoami')).toMatchObject({ name: 'guest' });
});

test('one that an earlier release has left with the password of all brokers gets one at the next start', async () => {
  await manage(management, 'PUT', 'users/guest', { password: 'guest', tags: 'administrator' });
  await asEverybodyKnows();

  await parts.restart('rabbitmq');

  await expect(asEverybodyKnows()).rejects.toThrow('401');
  expect(await manage(management, 'GET', 'whoami')).toMatchObject({ name: 'guest' });
}, 120_000);
