import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { ConfigurationError } from '../../platform/configuration.ts';
import { DamagedPayloadError, SealingCodec } from '../../platform/payloads/codec.ts';
import { readDataConverter } from '../../platform/payloads/data-converter.ts';
import { ensureKeyRing, KeyRing } from '../../platform/payloads/key-ring.ts';
import { MissingKeyError } from '../../platform/payloads/missing-key.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  file = path.join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

let written = 0;
/** Each time as if a second later. */
function write(content: unknown): void {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const time = new Date(Date.now() + ++written * 1_000);
  utimesSync(file, time, time);
}

const codecOf = (content: unknown) => {
  write(content);
  return new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE'));
};

const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value) as Payload;
const contentOf = (payload: Payload | undefined) => payload && defaultPayloadConverter.fromPayload(payload);
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('latin1');

describe('a sealed payload', () => {
  test('is the same when it is opened, whatever it was', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    const values = fc.oneof(fc.jsonValue(), fc.uint8Array(), fc.constant(undefined));
    await fc.assert(
      fc.asyncProperty(fc.array(values), async (several) => {
        const payloads = several.map(payloadOf);
        const opened = await codec.decode(await codec.encode(payloads));
        expect(opened.map(contentOf)).toEqual(payloads.map(contentOf));
      }),
    );
  });

  test('shows nothing but its form and the id of its key', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    const [sealed, again] = await codec.encode([payloadOf('Alice Smith'), payloadOf('Alice Smith')]);
    const metadata = Object.entries(sealed?.metadata ?? {}).map(([name, value]) => [name, textOf(value)]);
    expect(Object.fromEntries(metadata)).toEqual({ encoding: 'binary/encrypted', 'encryption-key-id': 'k-1' });
    expect(textOf(sealed?.data)).not.toContain('Alice');
    expect(textOf(sealed?.data)).not.toContain('json/plain');
    expect(textOf(sealed?.data)).not.toBe(textOf(again?.data));
  });

  test('is refused when a byte of it was changed, wherever it is', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    const [sealed] = await codec.encode([payloadOf({ total: 5998 })]);
    const data = sealed?.data ?? new Uint8Array();
    for (const index of data.keys()) {
      const changed = Uint8Array.from(data, (byte, at) => (at === index ? byte ^ 1 : byte));
      await expect(codec.decode([{ ...sealed, data: changed }])).rejects.toThrow(DamagedPayloadError);
    }
    await expect(codec.decode([{ ...sealed, data: data.subarray(0, 5) }])).rejects.toThrow(DamagedPayloadError);
  });

  test('is refused under the id of another key, though that key has the same bytes', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1), 'k-2': key(1) } });
    const [sealed] = await codec.encode([payloadOf('x')]);
    const renamed = { ...sealed, metadata: { ...sealed?.metadata, 'encryption-key-id': Buffer.from('k-2') } };
    await expect(codec.decode([renamed])).rejects.toThrow(DamagedPayloadError);
  });
});

describe('a payload that was never sealed', () => {
  test('is read as it is', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    expect((await codec.decode([payloadOf('from before')])).map(contentOf)).toEqual(['from before']);
  });
});

describe('a key ring', () => {
  test('may change while it is used: the new key seals, and what the old one sealed is read', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    const old = await codec.encode([payloadOf('old')]);
    const other = new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE'));
    expect((await other.decode(old)).map(contentOf)).toEqual(['old']);
    write({ current: 'k-2', keys: { 'k-1': key(1), 'k-2': key(2) } });
    const [sealed] = await new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE')).encode([payloadOf('new')]);
    expect(textOf(sealed?.metadata?.['encryption-key-id'])).toBe('k-2');
    // It has looked at the file a moment ago, and looks again for a key that it does not have.
    expect((await other.decode([...old, sealed as Payload])).map(contentOf)).toEqual(['old', 'new']);
  });

  test('that lacks a key says which, and what to do, in one line; with the key back everything is read', async () => {
    const codec = codecOf({ current: 'k-1', keys: { 'k-1': key(1) } });
    const sealed = await codec.encode([payloadOf('x')]);
    write({ current: 'k-2', keys: { 'k-2': key(2) } });
    const other = new SealingCodec(new KeyRing(file, 'PAYLOAD_KEYS_FILE'));
    await expect(other.decode(sealed)).rejects.toThrow(MissingKeyError);
    await expect(other.decode(sealed)).rejects.toThrow(
      `${file}, which PAYLOAD_KEYS_FILE names, has no key k-1, with which this was sealed; put the key back into it`,
    );
    write({ current: 'k-2', keys: { 'k-1': key(1), 'k-2': key(2) } });
    expect((await other.decode(sealed)).map(contentOf)).toEqual(['x']);
  });

  test.each([
    ['no JSON', '{', 'it is not JSON'],
    ['without keys', { current: 'k-1', keys: {} }, 'current names none of the keys'],
    ['with a short key', { current: 'k-1', keys: { 'k-1': 'c2VjcmV0' } }, 'a key has 32 bytes, in base64'],
    ['with something else', { current: 'k-1', keys: { 'k-1': key(1) }, secret: 'x' }, 'as a whole'],
    ['whose current key is a name of every object', { current: 'toString', keys: {} }, 'current names none'],
  ])('%s is refused in one line that shows no key', (_, content, reason) => {
    write(content);
    const error = (() => {
      try {
        return readDataConverter({ PAYLOAD_KEYS_FILE: file });
      } catch (caught) {
        return caught as Error;
      }
    })();
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain(reason);
    expect((error as Error).message).not.toMatch(/\n|c2VjcmV0/);
  });

  test('that is not there is named with its variable', () => {
    expect(() => readDataConverter({ PAYLOAD_KEYS_FILE: file })).toThrow(
      `${file}, which PAYLOAD_KEYS_FILE names, cannot be read: ENOENT`,
    );
  });

  test('is made once, for its user alone', () => {
    ensureKeyRing(file);
    const { mode, mtimeMs } = statSync(file);
    ensureKeyRing(file);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    expect(mode & 0o777).toBe(0o600);
    expect(new KeyRing(file, 'PAYLOAD_KEYS_FILE')).toBeDefined();
  });
});

describe('without a key ring', () => {
  test('payloads are as they were, and one that is sealed names its key and the variable', async () => {
    const [plain] = readDataConverter({}).payloadCodecs ?? [];
    const payloads = [payloadOf('x')];
    expect(await plain?.encode(payloads)).toBe(payloads);
    const sealed = await codecOf({ current: 'k-1', keys: { 'k-1': key(1) } }).encode(payloads);
    await expect(plain?.decode(sealed)).rejects.toThrow(
      'this is sealed with the key k-1: set PAYLOAD_KEYS_FILE to the key ring that has it',
    );
  });
});

describe('a kind of workflow with a key ring of its own', () => {
  /** Two rings in one folder, each with one key. */
  const rings = () => {
    const [general, own] = ['general', 'own'].map((name, index) => {
      const ring = path.join(folder, `${name}.json`);
      writeFileSync(ring, JSON.stringify({ current: name, keys: { [name]: key(index + 1) } }));
      return ring;
    }) as [string, string];
    return { general, own };
  };
  const converterOf = (variables: Readonly<Record<string, string>>) =>
    readDataConverter(variables).payloadCodecs?.[0] as SealingCodec;
  const context = (workflowId: string) => ({ type: 'workflow', namespace: 'default', workflowId }) as const;

  test('is sealed with it by a client, which opens both', async () => {
    const { general, own } = rings();
    const client = converterOf({ PAYLOAD_KEYS_FILE: general, PAYLOAD_KEYS_OF_KINDS: `payroll=${own}` });
    const payloads = [payloadOf('secret')];
    const ofPayroll = await client.encode(payloads, context('payroll/staff/2026-02'));
    const others = await client.encode(payloads, context('payrolls/1'));
    const keyOf = ([sealed]: Payload[]) => textOf(sealed?.metadata?.['encryption-key-id']);
    expect([keyOf(ofPayroll), keyOf(others), keyOf(await client.encode(payloads))]).toEqual([
      'own',
      'general',
      'general',
    ]);
    expect((await client.decode([...ofPayroll, ...others])).map(contentOf)).toEqual(['secret', 'secret']);
    expect((await converterOf({ PAYLOAD_KEYS_FILE: own }).decode(ofPayroll)).map(contentOf)).toEqual(['secret']);
    const ordinary = converterOf({ PAYLOAD_KEYS_FILE: general });
    await expect(ordinary.decode(ofPayroll)).rejects.toThrow(MissingKeyError);
  });

  test('and a key that is missing is missing in the ring of the kind, which is named', async () => {
    const { general, own } = rings();
    const sealed = await codecOf({ current: 'lost', keys: { lost: key(3) } }).encode([payloadOf('x')]);
    const kinds = { PAYLOAD_KEYS_OF_KINDS: `payroll=${own}` };
    const both = { PAYLOAD_KEYS_FILE: general, ...kinds };
    const messageOf = async (variables: Readonly<Record<string, string>>, workflowId?: string) => {
      const opened = converterOf(variables).decode(sealed, workflowId === undefined ? undefined : context(workflowId));
      return (await opened.catch((error: Error) => error.message)) as string;
    };
    const inGeneral = `${general}, which PAYLOAD_KEYS_FILE names, has no key lost`;
    const inOwn = `${own}, which PAYLOAD_KEYS_OF_KINDS names, has no key lost`;
    const unset = 'this is sealed with the key lost: set PAYLOAD_KEYS_FILE to the key ring that has it';
    expect(await messageOf(both, 'checkout/c-1')).toContain(inGeneral);
    expect(await messageOf(both, 'checkout/c-1')).not.toContain(own);
    expect(await messageOf(both, 'payroll/staff/2026-02')).toContain(inOwn);
    expect(await messageOf(both, 'payroll/staff/2026-02')).not.toContain(general);
    expect(await messageOf(kinds, 'checkout/c-1')).toBe(unset);
    expect(await messageOf(kinds, 'payroll/staff/2026-02')).toContain(inOwn);
    // Of what kind it is, is not known: it is in neither.
    expect(await messageOf(both)).toContain(inGeneral);
    expect(await messageOf(both)).toContain(inOwn);
    expect(await messageOf(kinds)).toContain(unset);
    expect(await messageOf(kinds)).toContain(inOwn);
  });
});
