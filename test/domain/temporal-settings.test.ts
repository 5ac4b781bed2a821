import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { useTemporalOf } from '../../client/services.ts';
import { temporalSettings } from '../../platform/temporal-client.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-profiles-'));
const profiles = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return { TEMPORAL_CONFIG_FILE: file };
};

afterAll(() => rmSync(folder, { recursive: true }));

const cloud = profiles(
  'cloud',
  '[profile.default]\naddress = "a.tmprl.cloud:7233"\nnamespace = "a"\napi_key = "its-key"\n',
);
const keyAlone = profiles('key', '[profile.default]\nnamespace = "a"\napi_key = "its-key"\n[profile.default.tls]\n');
const broken = profiles('broken', '[profile.default\naddr');
const open = { apiKey: undefined, tls: undefined };
const local = '127.0.0.1:7233';

describe("Temporal's address and what opens it belong together", () => {
  test('a profile counts for its own address', () => {
    const whole = {
      address: 'a.tmprl.cloud:7233',
      namespace: 'a',
      connectionOptions: { apiKey: 'its-key', tls: true },
    };
    expect(temporalSettings(cloud)).toMatchObject({ ...whole, source: 'the profile default' });
    expect(temporalSettings({ ...cloud, TEMPORAL_ADDRESS: 'a.tmprl.cloud:7233' })).toMatchObject(whole);
  });

  test.each([
    ['the key of a profile that names no address', keyAlone],
    ['a key without an address', { TEMPORAL_API_KEY: 'key' }],
    ['a profile for another address', { ...cloud, TEMPORAL_ADDRESS: local }],
    ['a key beside an address of this machine', { TEMPORAL_API_KEY: 'key', TEMPORAL_ADDRESS: local }],
    [
      'a certificate beside an address of this machine',
      { TEMPORAL_TLS_CLIENT_CERT_PATH: '/none', TEMPORAL_ADDRESS: local },
    ],
    ['a file that is no TOML beside an address', { ...broken, TEMPORAL_ADDRESS: local }],
    [
      'empty variables',
      { TEMPORAL_ADDRESS: '', TEMPORAL_API_KEY: '', TEMPORAL_PROFILE: '', TEMPORAL_CONFIG_FILE: '/none' },
    ],
  ])('%s does not reach the local server', (_, environment) => {
    const { connectionOptions, address, namespace } = temporalSettings(environment);
    expect({ ...open, ...connectionOptions }).toMatchObject(open);
    expect(['localhost:7233', local]).toContain(address);
    expect(namespace).toBe('default');
  });

  test('a key counts for the address that is named with it, and a profile that is named for any', () => {
    const named = { TEMPORAL_ADDRESS: 'b.tmprl.cloud:7233', TEMPORAL_CONFIG_FILE: '/none' };
    expect(temporalSettings({ ...named, TEMPORAL_API_KEY: 'key' }).connectionOptions).toMatchObject({ apiKey: 'key' });
    const chosen = { ...cloud, TEMPORAL_PROFILE: 'default', TEMPORAL_ADDRESS: local };
    expect(temporalSettings(chosen).connectionOptions).toMatchObject({ apiKey: 'its-key' });
  });

  test.each([
    ['a profile that is not there', { ...cloud, TEMPORAL_PROFILE: 'other' }],
    ['a file that is no TOML', broken],
  ])('%s is told with its remedy', (_, environment) => {
    expect(() => temporalSettings(environment)).toThrow(/the profile of Temporal cannot be used .*TEMPORAL_PROFILE/s);
  });
});

describe('the Temporal of the command line', () => {
  const started = { TEMPORAL_ADDRESS: local, TEMPORAL_NAMESPACE: 'default' };
  const ofShell = {
    TEMPORAL_NAMESPACE: 'a',
    TEMPORAL_API_KEY: 'key',
    TEMPORAL_PROFILE: 'cloud',
    LEDGER_URL: 'http://l',
  };
  const afterwards = (environment: Record<string, string>, system: Record<string, string> = started) => {
    const changed: Record<string, string | undefined> = { ...environment };
    useTemporalOf(system, changed);
    return changed;
  };

  test('is that of the running system, without what a shell brings for another one', () => {
    expect(afterwards(ofShell)).toEqual({ LEDGER_URL: 'http://l' });
  });

  test('is the one that TEMPORAL_ADDRESS names, with all that belongs to it', () => {
    const elsewhere = { ...ofShell, TEMPORAL_ADDRESS: 'a.tmprl.cloud:7233' };
    expect(afterwards(elsewhere)).toEqual(elsewhere);
  });

  test('is opened with the key of the shell where the system was started with a Temporal elsewhere', () => {
    const { TEMPORAL_NAMESPACE: _, ...kept } = ofShell;
    expect(afterwards(ofShell, { TEMPORAL_ADDRESS: 'a.tmprl.cloud:7233' })).toEqual(kept);
  });

  test('is as the shell says while no system runs', () => {
    expect(afterwards(ofShell, {})).toEqual(ofShell);
  });
});
