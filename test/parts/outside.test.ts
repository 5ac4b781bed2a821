import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { type PartName, startParts } from '../../parts/index.ts';
import { choosePort, isPortFree, rememberedPorts } from '../../parts/ports.ts';

const variables = ['DATABASE_URL', 'AMQP_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_BINARY', 'RABBITMQ_SERVER'] as const;
const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-outside-'));

afterEach(() => {
  for (const variable of variables) delete process.env[variable];
  rmSync(folder, { recursive: true, force: true });
});

describe('an address in the environment', () => {
  test.each<[PartName, (typeof variables)[number], string, string]>([
    ['postgres', 'DATABASE_URL', 'postgres://me:secret@127.0.0.1:1/x', 'unreachable'],
    ['postgres', 'DATABASE_URL', 'somewhere', 'wrong-setting'],
    ['rabbitmq', 'AMQP_URL', 'amqp://guest:secret@127.0.0.1:1', 'unreachable'],
    ['rabbitmq', 'AMQP_URL', 'http://127.0.0.1:1', 'wrong-setting'],
    ['temporal', 'TEMPORAL_ADDRESS', '127.0.0.1:1', 'unreachable'],
    ['temporal', 'TEMPORAL_BINARY', '/bin/true', 'wrong-setting'],
    ['rabbitmq', 'RABBITMQ_SERVER', '/bin/true', 'wrong-setting'],
  ])('that %s cannot use is named: %s=%s', async (name, variable, value, reason) => {
    process.env[variable] = value;
    const attempt = startParts({ dataDirectory: folder, names: [name], report: () => {}, temporary: true });
    const error = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'PartError', reason, message: expect.stringContaining(variable) });
    expect(String(error)).not.toContain('secret');
  });
});

describe('ports', () => {
  test('are remembered while they are free', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'durable-checkout-ports-')), 'ports.json');
    const first = await rememberedPorts(file, ['web', 'frontend']);
    expect(await rememberedPorts(file, ['web', 'frontend'])).toEqual(first);
    const server = net.createServer().listen(first['web'], '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const second = await rememberedPorts(file, ['web', 'frontend']);
    server.close();
    expect(second['web']).not.toBe(first['web']);
    expect(second['frontend']).toBe(first['frontend']);
    rmSync(path.dirname(file), { recursive: true });
  });

  test.each(['', '{"web": 12', '{"web": "80"}', '{"web": 0}'])(
    'of a file that is damaged are told, by its name and with the remedy: %j',
    async (text) => {
      const file = path.join(mkdtempSync(path.join(tmpdir(), 'durable-checkout-ports-')), 'ports.json');
      writeFileSync(file, text);
      await expect(rememberedPorts(file, ['web'])).rejects.toThrow(/ports\.json is damaged .*; delete it/);
      rmSync(path.dirname(file), { recursive: true });
    },
  );

  test('are given to one process only, before it listens on them', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'durable-checkout-ports-')), 'ports.json');
    const port = await choosePort();
    writeFileSync(file, JSON.stringify({ web: port }));
    const module = new URL('../../parts/ports.ts', import.meta.url);
    const program = `import { rememberedPorts } from '${module}';
      console.log((await rememberedPorts('${file}', ['web'])).web);`;
    const { stdout } = await execa('node', ['--input-type=module', '--eval', program], { env: { NODE_OPTIONS: '' } });
    rmSync(path.dirname(file), { recursive: true });
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).not.toBe(port);
  });

  test('are free and below those of outgoing connections', async () => {
    const port = await choosePort();
    expect(port).toBeLessThan(32_768);
    expect(await isPortFree(port)).toBe(true);
  });
});

test('a part whose port was taken while it was down says so', async () => {
  const parts = await startParts({ dataDirectory: folder, names: ['postgres'], report: () => {}, temporary: true });
  try {
    const port = Number(new URL(parts.postgres.url).port);
    await parts.kill('postgres');
    const server = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(parts.start('postgres')).rejects.toMatchObject({ part: 'PostgreSQL', reason: 'port-taken' });
    await new Promise((resolve) => server.close(resolve));
    await parts.start('postgres');
  } finally {
    await parts.stop();
  }
}, 60_000);
