import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metricsPorts } from '../../ops/system/metrics-addresses.ts';
import { roleEnvironment } from '../../ops/system/role-environment.ts';
import { programEnvironment } from '../../parts/environment.ts';
import { roleNames, roles } from '../../roles/roles.ts';
import { hostileShell } from '../hostile-shell.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const machine = { PATH: '/bin', HOME: '/home/me', TMPDIR: tmpdir() };

/** Any shell: what is known to do harm, and any other names. */
const shells = fc
  .record({
    known: fc.subarray(Object.entries(hostileShell)),
    unknown: fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/), fc.string(), { noNullPrototype: true }),
  })
  .map(({ known, unknown }) => ({ ...unknown, ...Object.fromEntries(known), ...machine }));

describe('the environment of a part', () => {
  test('is the same in every shell', () => {
    const own = { ERL_EPMD_PORT: '1' };
    fc.assert(
      fc.property(shells, (shell) => {
        const { USER: _, LOGNAME: __, XDG_CACHE_HOME: ___, ...seen } = programEnvironment(own, {}, shell);
        expect(seen).toEqual({ ...machine, ...own, TZ: 'UTC', LC_ALL: 'C' });
      }),
    );
  });

  test("leaves a folder for temporary files out that does not exist, and a program's own variables count first", () => {
    const shell = { ...machine, TMPDIR: '/no/such/folder' };
    expect(programEnvironment({ HOME: '/own' }, {}, shell)).toEqual({
      PATH: '/bin',
      HOME: '/own',
      TZ: 'UTC',
      LC_ALL: 'C',
    });
  });
});

describe('the environment of a process of the system', () => {
  const local = { temporal: false, reachesOut: false };
  const own = { HOST: '127.0.0.1', TEMPORAL_ADDRESS: '127.0.0.1:7233' };

  test('has of a shell only what is said to be a setting', () => {
    fc.assert(
      fc.property(shells, (shell) => {
        const plain = roleEnvironment(own, local, machine);
        const seen = roleEnvironment(own, local, shell);
        for (const name of Object.keys(hostileShell)) expect([name, seen[name]]).toEqual([name, plain[name]]);
      }),
    );
    expect(roleEnvironment(own, local, { ...machine, LOG_LEVEL: 'debug' })).toMatchObject({ LOG_LEVEL: 'debug' });
  });

  test('has proxies and certificates where something is outside, and reaches this machine without them', () => {
    const shell = { ...machine, https_proxy: 'http://proxy:3128', NODE_EXTRA_CA_CERTS: '/ca.pem' };
    expect(roleEnvironment(own, { temporal: false, reachesOut: true }, shell)).toMatchObject({
      https_proxy: 'http://proxy:3128',
      no_proxy: 'localhost,127.0.0.1,::1,[::1]',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
    });
  });

  test("has all of Temporal's own variables where TEMPORAL_ADDRESS names one, and none where it does not", () => {
    const shell = { ...machine, TEMPORAL_API_KEY: 'key', TEMPORAL_PROFILE: 'cloud' };
    expect(roleEnvironment(own, { temporal: true, reachesOut: true }, shell)).toMatchObject({
      TEMPORAL_API_KEY: 'key',
      TEMPORAL_PROFILE: 'cloud',
    });
    expect(Object.keys(roleEnvironment(own, local, shell))).not.toContain('TEMPORAL_API_KEY');
  });
});

test('every variable that a process reads is given to it by the system, or is a setting of the shell', async () => {
  const read = new Set<string>();
  for await (const file of glob(
    ['services/**/*.ts', 'api/*.ts', 'workers/*.ts', 'platform/**/*.ts', 'messaging/connection/*.ts'],
    {
      cwd: project,
    },
  )) {
    const text = readFileSync(`${project}/${file}`, 'utf8');
    for (const [, name] of text.matchAll(/^ +([A-Z][A-Z0-9]*_[A-Z0-9_]+): /gm)) read.add(`${name}`);
    for (const [, name] of text.matchAll(/process\.env\['([A-Z0-9_]+)'\]/g)) read.add(`${name}`);
  }
  const bySystem = [
    ...roleNames.flatMap((name) => ('address' in roles[name] ? [roles[name].address] : [])),
    ...[
      'DATABASE_URL',
      'DATABASE_POOL_SIZE',
      'AMQP_URL',
      'SMTP_URL',
      'SMTP_PORT',
      'PORT',
      'HOST',
      'TLS_CERT_FILE',
      'TLS_KEY_FILE',
      'WORKFLOW_BUNDLE',
      'TEMPORAL_ADDRESS',
    ],
    ...[
      'ACCESS_ISSUER',
      'ACCESS_AUDIENCE',
      'ACCESS_ROLES_CLAIM',
      'ACCESS_CUSTOMER_CLAIM',
      'ACCESS_KEYS_URL',
      'ACCESS_KEYS_FILE',
    ],
    ...['PAYLOAD_KEYS_FILE', 'PAYLOAD_KEYS_OF_KINDS', 'EVENT_KEYS_FILE', 'TEMPORAL_WEB_UI'],
    // The system hands its processes files with tokens of its own issuer.
    ...['ACCESS_CLIENT_ID', 'ACCESS_CLIENT_SECRET_FILE', 'ACCESS_SCOPE'],
    ...['PAYMENT_PROVIDER_KEY', 'PAYMENT_WEBHOOK_SECRET', 'PUBLIC_URL', 'WEBHOOK_URL', 'WEBHOOK_SECRET'],
    ...(metricsPorts('checkout-worker').length > 0 ? ['METRICS_PORT', 'TEMPORAL_METRICS_PORT'] : []),
  ];
  const all = Object.fromEntries([...read].map((name) => [name, 'set']));
  const settings = Object.keys(roleEnvironment({}, { temporal: false, reachesOut: false }, all));
  expect(read.size).toBeGreaterThan(20);
  expect([...read].filter((name) => !settings.includes(name) && !bySystem.includes(name))).toEqual([]);
});
