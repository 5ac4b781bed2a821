import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import amqp from 'amqplib';
import pg from 'pg';
import { stackVariable } from '../../parts/guard-messages.ts';
import { type PartError, type Parts, startParts } from '../../parts/index.ts';
import { processesWithEnvironment } from '../../parts/process-identity.ts';

const silent = () => {};
const newFolder = () => mkdtempSync(path.join(tmpdir(), 'durable-checkout-stack-'));

async function query<Row extends object>(parts: Parts, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: parts.postgres.url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function withChannel<Result>(
  parts: Parts,
  use: (channel: amqp.ConfirmChannel) => Promise<Result>,
): Promise<Result> {
  const connection = await amqp.connect(parts.rabbitmq.url);
  connection.on('error', () => {});
  try {
    return await use(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

async function withTemporal<Result>(parts: Parts, use: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address: parts.temporal.address });
  try {
    return await use(new Client({ connection, namespace: parts.temporal.namespace }));
  } finally {
    await connection.close();
  }
}

describe('two stacks at once', () => {
  let folders: [string, string];
  let one: Parts;
  let other: Parts;

  beforeAll(async () => {
    folders = [newFolder(), newFolder()];
    const settings = { report: silent, temporary: true, postgresSettings: { durable: false } };
    [one, other] = await Promise.all([
      startParts({ dataDirectory: folders[0], ...settings }),
      startParts({ dataDirectory: folders[1], ...settings }),
    ]);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    for (const folder of folders) {
      expect(processesWithEnvironment(stackVariable, folder)).toEqual([]);
      expect(existsSync(folder)).toBe(false);
    }
  }, 60_000);

  test('have ports of their own, below those of outgoing connections', () => {
    const ports = folders.map((folder) =>
      Object.values<number>(JSON.parse(readFileSync(`${folder}/ports.json`, 'utf8'))),
    );
    const all = ports.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(Math.max(...all)).toBeLessThan(32_768);
  });

  test('serve the Web UI of Temporal and the management pages of RabbitMQ', async () => {
    const pages = await fetch(`${one.temporal.webUserInterface}/namespaces/default/workflows`);
    expect(pages.status).toBe(200);
    const { url = '', user, password } = one.rabbitmq.management ?? {};
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const overview = await fetch(`${url}/api/overview`, { headers: { authorization } });
    expect(await overview.json()).toMatchObject({ rabbitmq_version: expect.stringMatching(/^(3\.1\d|4)\./) });
    const metrics = await fetch(one.rabbitmq.metrics ?? '');
    expect(await metrics.text()).toContain('rabbitmq_identity_info');
  });

  test('do not share a folder', async () => {
    const attempt = startParts({ dataDirectory: folders[0], report: silent });
    await expect(attempt).rejects.toMatchObject({
      reason: 'in-use',
      message: expect.stringContaining(`${process.pid}`),
    });
  });

  test('PostgreSQL keeps its rows over a restart', async () => {
    await query(one, 'create table kept (id int)');
    await query(one, 'insert into kept values (42)');
    await one.restart('postgres');
    expect(await query(one, 'select id from kept')).toEqual([{ id: 42 }]);
    expect(await query(one, 'show max_connections')).toEqual([{ max_connections: '200' }]);
  }, 60_000);

  test('PostgreSQL starts again after it was killed', async () => {
    await one.kill('postgres', 'SIGKILL');
    await expect(query(one, 'select 1')).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    await one.start('postgres');
    expect(await query(one, 'select 1 as one')).toEqual([{ one: 1 }]);
  }, 60_000);

  test('RabbitMQ keeps its queues over a restart, and confirmed messages when it is killed', async () => {
    await withChannel(one, (channel) =>
      channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } }),
    );
    // A queue that is declared in the second before the kill is not on disk yet.
    await one.restart('rabbitmq');
    await withChannel(one, async (channel) => {
      channel.sendToQueue('kept', Buffer.from('message'), { persistent: true });
      await channel.waitForConfirms();
    });
    await one.kill('rabbitmq', 'SIGKILL');
    await expect(amqp.connect(one.rabbitmq.url)).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    await one.start('rabbitmq');
    const message = await withChannel(one, (channel) => channel.get('kept', { noAck: true }));
    expect(message).toMatchObject({ content: Buffer.from('message') });
  }, 120_000);

  test('Temporal keeps its workflows over a restart', async () => {
    const workflowId = 'kept';
    await withTemporal(one, (client) => client.workflow.start('any', { taskQueue: 'without-workers', workflowId }));
    await one.restart('temporal');
    const found = await withTemporal(one, (client) => client.workflow.getHandle(workflowId).describe());
    expect(found.status.name).toBe('RUNNING');
  }, 60_000);

  test('a frozen part goes on when it is woken', async () => {
    await one.kill('postgres', 'SIGSTOP');
    await one.kill('postgres', 'SIGCONT');
    expect(await query(one, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a part that dies by itself is told', async () => {
    expect(one.failed.aborted).toBe(false);
    const died = new Promise<PartError>((resolve) => {
      other.failed.addEventListener('abort', () => resolve(other.failed.reason));
    });
    const [frontend] = processesWithEnvironment(stackVariable, folders[1]).filter(({ processId }) =>
      readFileSync(`/proc/${processId}/cmdline`, 'utf8').includes('start-dev'),
    );
    process.kill(frontend?.processId ?? -1, 'SIGKILL');
    expect(await died).toMatchObject({ part: 'Temporal', reason: 'stopped-by-itself' });
    await other.start('temporal');
    await withTemporal(other, (client) =>
      client.workflow.start('any', { taskQueue: 'without-workers', workflowId: 'again' }),
    );
  }, 60_000);
});
