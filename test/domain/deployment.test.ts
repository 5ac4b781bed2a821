import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { generatedFiles } from '../../ops/deployment/files.ts';
import { deployedRoles, roleToDeploy } from '../../ops/deployment/roles.ts';
import { stores } from '../../ops/privileges/stores.ts';
import { roleNames, roleOf } from '../../roles/roles.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('a file that is written from the tables', () => {
  test.each(Object.entries(generatedFiles))('%s is what `npm run generate-deployment` writes', (file, make) => {
    const text = read(file);
    expect(make(text)).toBe(text);
  });
});

describe('a role', () => {
  test.each(deployedRoles)('%s has the memory that its heap may take, and a stop that may end', (name) => {
    const { resources, command, stopSeconds } = roleToDeploy(name);
    const heap = command.join(' ').match(/--max-old-space-size=(\d+)/)?.[1] ?? '0';
    expect(Number.parseInt(resources.limits.memory, 10)).toBeGreaterThan(Number(heap) * 1.25);
    expect(stopSeconds).toBeGreaterThanOrEqual(20);
  });

  test('is deployed unless it stands in for something outside', () => {
    expect(deployedRoles).toEqual(roleNames.filter((name) => roleOf(name).kind !== 'double'));
  });

  test('that is called listens', () => {
    const called = new Set(deployedRoles.flatMap((name) => roleToDeploy(name).calls));
    expect([...called].filter((name) => roleToDeploy(name).address === undefined)).toEqual([]);
  });

  test('that works on a queue whose order counts runs once', () => {
    const scaled = deployedRoles.filter((name) => roleToDeploy(name).queues.length > 0);
    expect(scaled.filter((name) => roleToDeploy(name).single)).toEqual([]);
    expect(roleToDeploy('ledger-consumer').single).toBe(true);
  });
});

test('all roles together open fewer connections than PostgreSQL has on one machine, with a tenth for people and jobs', () => {
  const together = Object.values(stores).reduce((sum, { connections }) => sum + connections, 0);
  expect(together).toBeLessThanOrEqual(200 * 0.9);
  expect(read('parts/postgres.ts')).toContain('maxConnections = 200');
  // Temporal has databases on the same server there.
  expect(read('docker-compose.yml')).toContain('max_connections=300');
});

test('the versions of the images are those of development', () => {
  const compose = read('docker-compose.yml');
  const [, server] = /go\.temporal\.io\/server v(\S+)/.exec(read('tools/temporal/go.mod')) ?? [];
  const [, ui] = /temporalio\/ui-server\/v2 v(\S+)/.exec(read('tools/temporal/go.mod')) ?? [];
  expect(compose.match(/image: temporalio\/(?:server|admin-tools):(\S+)/g)).toEqual([
    `image: temporalio/admin-tools:${server}`,
    `image: temporalio/server:${server}`,
    `image: temporalio/admin-tools:${server}`,
  ]);
  expect(compose).toContain(`image: temporalio/ui:${ui}`);
  const [, node] = /nodeVersion = '(\S+)'/.exec(read('ops/bootstrap.mjs')) ?? [];
  expect(new Set(read('Dockerfile').match(/^FROM node:\S+/gm))).toEqual(new Set([`FROM node:${node}-bookworm-slim`]));
});
