import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readState, writeState } from '../../platform/state-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-state-'));
const schema = z.record(z.string(), z.string());
const read = (file: string) => readState(file, schema, 'delete it');

afterAll(() => rmSync(folder, { recursive: true }));

test('what was written is read again, and nothing beside it is left', () => {
  const file = path.join(folder, 'addresses.json');
  writeState(file, { LEDGER_URL: 'http://127.0.0.1:1' }, { mode: 0o600 });
  writeState(file, { LEDGER_URL: 'http://127.0.0.1:2' }, { mode: 0o600 });
  expect(read(file)).toEqual({ LEDGER_URL: 'http://127.0.0.1:2' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['addresses.json']);
});

test('a file that is not there is no damage', () => {
  expect(read(path.join(folder, 'none'))).toBeUndefined();
});

test.each(['', '{"LEDGER_URL": "http', '[1]', '{"LEDGER_URL": 7}', '\0\0\0\0'])(
  'a file that is cut off, or holds something else, is named with the remedy in one line: %j',
  (text) => {
    const file = path.join(folder, 'damaged.json');
    writeFileSync(file, text);
    expect(() => read(file)).toThrow(
      expect.objectContaining({
        name: 'DamagedFileError',
        message: expect.stringMatching(/damaged\.json is damaged .*; delete it$/),
      }),
    );
  },
);
