import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readConfiguration } from '../../platform/configuration.ts';
import { temporalSettings } from '../../platform/temporal-client.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-secrets-'));
const file = (name: string, text: string) => {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
};

afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.object({ DATABASE_URL: z.url(), WEBHOOK_SECRET: z.string().min(8).optional() });
const read = (environment: Record<string, string>) => () => readConfiguration(schema, environment);
const DATABASE_URL = 'postgres://user:secret@localhost/shop';

describe('a secret in a file', () => {
  test('is read as if the variable held it, without the end of its line', () => {
    const environment = {
      DATABASE_URL_FILE: file('url', `${DATABASE_URL}\n`),
      WEBHOOK_SECRET_FILE: file('secret', 'whsec_12345678'),
    };
    expect(read(environment)()).toEqual({ DATABASE_URL, WEBHOOK_SECRET: 'whsec_12345678' });
  });

  test('is held to the rules of its variable', () => {
    const environment = { DATABASE_URL_FILE: file('remote', 'postgres://user:secret@db/shop') };
    expect(read(environment)).toThrow('DATABASE_URL is wrong: what is sent there leaves this machine in clear text');
    expect(read({ DATABASE_URL, WEBHOOK_SECRET_FILE: file('short', 'short') })).toThrow('WEBHOOK_SECRET is wrong: ');
  });

  test('is missing, empty or named twice: one line says it', () => {
    const missing = path.join(folder, 'none');
    expect(read({ DATABASE_URL_FILE: missing })).toThrow(
      `DATABASE_URL_FILE is wrong: ${missing} cannot be read (ENOENT)`,
    );
    const empty = file('empty', '\n');
    expect(read({ DATABASE_URL_FILE: empty })).toThrow(`DATABASE_URL_FILE is wrong: ${empty} is empty`);
    expect(read({ DATABASE_URL, DATABASE_URL_FILE: empty })).toThrow(
      'DATABASE_URL and DATABASE_URL_FILE are both set: unset one of them',
    );
  });

  test("may be the key of Temporal's API", () => {
    const environment = { TEMPORAL_ADDRESS: 'a.tmprl.cloud:7233', TEMPORAL_CONFIG_FILE: '/none' };
    const { connectionOptions } = temporalSettings({ ...environment, TEMPORAL_API_KEY_FILE: file('key', 'its-key\n') });
    expect(connectionOptions).toMatchObject({ apiKey: 'its-key', tls: true });
  });
});
