import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { changingFile } from '../access/changing-file.ts';
import { ConfigurationError } from '../configuration.ts';
import { readState, writeState } from '../state-file.ts';
import { MissingKeyError } from './missing-key.ts';

/** Bytes of a key of AES-256. */
const keyLength = 32;

/** Milliseconds: sealing a text costs less than a look at the file. */
const lookEveryMs = 1_000;

const keySchema = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === keyLength, `a key has ${keyLength} bytes, in base64`)
  .transform((text) => createSecretKey(text, 'base64'));

const ringSchema = z
  .strictObject({
    /** The key that seals from now on. */
    current: z.string().min(1),
    /** Every key that something may still be sealed with, by its id. */
    keys: z.record(z.string().regex(/^[\w.-]{1,100}$/, 'an id has letters, digits, dots, _ and -'), keySchema),
  })
  .refine(({ current, keys }) => Object.hasOwn(keys, current), 'current names none of the keys');

type Ring = z.infer<typeof ringSchema>;

/** A key and what it is called. */
export interface NamedKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of a file, which may change at any time: a key is added, is made the current one, and later taken out. */
export class KeyRing {
  readonly #read: ReturnType<typeof changingFile<Ring>>;
  readonly #where: string;

  /**
   * @param variable names the file in the environment, for messages
   * @throws {ConfigurationError} when the file cannot be read or holds something else
   */
  constructor(file: string, variable: string) {
    this.#where = `${file}, which ${variable} names,`;
    const parse = (text: string) => parseRing(text, this.#where);
    this.#read = changingFile(file, parse, { lookEveryMs });
    this.#attempt(() => parse(readFileSync(file, 'utf8')));
  }

  /** The key that seals. */
  async current(): Promise<NamedKey> {
    const { current, keys } = await this.#load(this.#read);
    return { id: current, key: keys[current] as KeyObject };
  }

  /**
   * The key of an id; one that is not known yet is looked for in the file at once, since others may have it already.
   *
   * @throws {MissingKeyError} when the file does not have it
   */
  async find(id: string): Promise<KeyObject> {
    const known = (await this.#load(this.#read)).keys;
    if (Object.hasOwn(known, id)) return known[id] as KeyObject;
    const { keys } = await this.#load(this.#read.now);
    if (Object.hasOwn(keys, id)) return keys[id] as KeyObject;
    throw new MissingKeyError(
      `${this.#where} has no key ${id}, with which this was sealed; put the key back into it, and what waits for it goes on`,
    );
  }

  async #load(read: () => Promise<Ring>): Promise<Ring> {
    try {
      return await read();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #attempt(read: () => Ring): void {
    try {
      read();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #unreadable(error: unknown): Error {
    if (error instanceof ConfigurationError) return error;
    const { code } = error as { readonly code?: string };
    const reason = code ? `: ${code}` : '';
    return new ConfigurationError(
      `${this.#where} cannot be read${reason}; it is a key ring, see docs/personal-data.md`,
    );
  }
}

function parseRing(text: string, where: string): Ring {
  // A key ring is secret: of one that is wrong, nothing is said but where.
  const wrong = (reason: string) =>
    new ConfigurationError(`${where} is no key ring (${reason}); see docs/personal-data.md`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
  const result = ringSchema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw wrong(`${issue?.path.slice(0, 1).join('.') || 'as a whole'}: ${issue?.message}`);
}

const storedRingSchema = z.strictObject({ current: z.string(), keys: z.record(z.string(), z.string()) });

/**
 * Makes a key ring with one key where there is none yet; only its user may read the file.
 *
 * @throws {DamagedFileError} when the file is there and damaged
 */
export function ensureKeyRing(file: string): void {
  const remedy = 'put a copy of it back: without its keys nothing that they have sealed can be read';
  if (readState(file, storedRingSchema, remedy)) return;
  const id = `k-${randomUUID()}`;
  writeState(file, { current: id, keys: { [id]: randomBytes(keyLength).toString('base64') } }, { mode: 0o600 });
}
