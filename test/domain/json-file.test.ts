import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readJsonFile } from '../../client/files/json-file.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';

const schema = z.array(z.strictObject({ name: z.string(), email: mailAddressSchema.optional() })).min(1);

describe('a JSON file', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: string | Buffer) => {
    const file = path.join(folder, 'customers.json');
    await writeFile(file, content);
    return (await readJsonFile(file)).read(schema, 'customers');
  };

  test('is read with and without a byte order mark, whatever its lines end with', async () => {
    const content = '[\n{"name": "Jürgen 🏠"}\n]';
    for (const variant of [
      content,
      `\uFEFF${content}`,
      content.replaceAll('\n', '\r\n'),
      content.replaceAll('\n', '\r'),
    ])
      expect(await read(variant)).toEqual([{ name: 'Jürgen 🏠' }]);
  });

  test('may hold null for a field that may be left out, as serializers of other languages write it', async () => {
    expect(await read('[{"name": "Ada", "email": null}]')).toEqual([{ name: 'Ada' }]);
    await expect(read('[{"name": null}]')).rejects.toMatchObject({ detail: { field: 'customers.0.name' } });
  });

  test.each<[string, string | Buffer, string]>([
    ['Latin-1', Buffer.from('[\n{"name": "Jürgen"}]', 'latin1'), 'cannot be read: line 2, byte 12: 0xFC is not UTF-8;'],
    [
      'half a character at its end',
      Buffer.from('["€').subarray(0, 4),
      'cannot be read: line 1, byte 3: 0xE2 is not UTF-8',
    ],
    [
      'Latin-1 after a replacement character',
      Buffer.concat([Buffer.from('["\uFFFD'), Buffer.from([0xe9])]),
      'cannot be read: line 1, byte 6: 0xE9 is not UTF-8',
    ],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), 'cannot be read: the file is UTF-16; convert it to UTF-8'],
    ['nothing', ' \n', 'is no JSON: the file is empty'],
    [
      'a trailing comma in an object',
      '[\n  {"name": "a",}\n]',
      'is no JSON: line 2, column 16: a name in double quotes was',
    ],
    ['a trailing comma in an array', '[\n  {"name": "a"},\n]', 'is no JSON: line 3, column 1: a value was expected'],
    ['a comment', '[\n  // all of them\n]', 'is no JSON: line 2, column 3: JSON has no comments'],
    ['a block comment', '[ /* none */ ]', 'is no JSON: line 1, column 3: JSON has no comments'],
    ['single quotes', "[{'name': 'a'}]", 'is no JSON: line 1, column 3: '],
    ['an unquoted name', '[\r\n{name: "a"}]', 'is no JSON: line 2, column 2: '],
    ['a missing comma', '[{"name": "a" "email": "b"}]', 'is no JSON: line 1, column 15: a comma'],
    ['a missing colon', '[{"name" "a"}]', 'is no JSON: line 1, column 10: a colon was expected'],
    ['an open text', '[\n{"name": "a}\n]', 'is no JSON: line 2, column 10: the text that begins here does not end'],
    ['a file that ends too early', '[{"name": "a"}', 'is no JSON: line 1, column 15: a comma or a closing bracket was'],
    ['two documents', '[]\n[]', 'is no JSON: line 2, column 1: the end of the file was expected'],
    ['a control character as it is', '["a\u0000"]', 'is no JSON: line 1, column 2: a control character was found'],
    ['a nesting without an end', '['.repeat(100_000), 'is no JSON: '],
  ])('with %s is refused at its place', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      type: 'InvalidRequest',
      message: expect.stringContaining(`customers.json ${message}`),
    });
  });

  test.each<[string, string, string, string]>([
    ['a bad address', '[{"name": "a"},\n{"name": "b",\n"email": "b"}]', 'customers.1.email', '3'],
    ['a missing field', '[{"name": "a"},\n{\n}]', 'customers.1.name', '2'],
    ['an unknown field', '[\n{"name": "a",\n"phone": 1}]', 'customers.0.phone', '3'],
    ['an escaped NUL', '[{"name": "a"},\n{"name": "b\\u0000"}]', 'customers.1.name', '2'],
    ['an escaped control character', '[\n{"name": "b\\u0007"}]', 'customers.0.name', '2'],
    ['half of a surrogate pair', '[\n{"name": "b\\ud800"}]', 'customers.0.name', '2'],
  ])('with %s is refused with the field and the line', async (_, content, field, line) => {
    await expect(read(content)).rejects.toMatchObject({
      type: 'InvalidRequest',
      message: expect.stringMatching(new RegExp(`^${field}: .+customers\\.json, line ${line}\\)$`)),
      detail: { field },
    });
  });

  test('that holds something else is refused as a whole', async () => {
    await expect(read('{}')).rejects.toMatchObject({ message: expect.stringMatching(/^customers: .+, line 1\)$/) });
    await expect(readJsonFile(folder)).rejects.toThrow('cannot be read: this is a folder; name a file');
    await expect(readJsonFile(path.join(folder, 'none.json'))).rejects.toThrow('there is no such file');
  });
});
