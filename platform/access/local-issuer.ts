import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { readState, writeState, writeWhole } from '../state-file.ts';

/** What the local issuer is called in its tokens. */
const localIssuer = 'urn:durable-checkout:local';
const localAudience = 'durable-checkout';

/** How long a token of the local issuer is good for, in seconds. */
const lifetime = 12 * 60 * 60;

const keySchema = z.looseObject({ kty: z.literal('EC'), kid: z.string(), d: z.string(), x: z.string(), y: z.string() });

/**
 * An issuer for one machine, in place of a provider of OpenID Connect: a key in a folder that only its user may read, and what
 * it signs. A program that can read the folder can be anyone, so it is for development.
 */
export class LocalIssuer {
  readonly #folder: string;
  readonly #key: CryptoKey | Uint8Array;
  readonly #keyId: string;

  private constructor(folder: string, key: CryptoKey | Uint8Array, keyId: string) {
    this.#folder = folder;
    this.#key = key;
    this.#keyId = keyId;
  }

  /**
   * Opens the issuer of a folder, and makes its key when there is none yet.
   *
   * @throws {DamagedFileError} when the key cannot be read
   */
  static async open(folder: string): Promise<LocalIssuer> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const file = path.join(folder, 'key.json');
    let jwk = readState(file, keySchema, 'remove it; tokens of before are then worth nothing');
    if (!jwk) {
      const { privateKey } = await generateKeyPair('ES256', { extractable: true });
      jwk = keySchema.parse({ ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'ES256' });
      writeState(file, jwk, { mode: 0o600 });
    }
    const { d: _, ...publicKey } = jwk;
    writeState(path.join(folder, 'keys.json'), { keys: [publicKey] }, { mode: 0o600 });
    return new LocalIssuer(folder, await importJWK(jwk as JWK, 'ES256'), jwk.kid);
  }

  /** What a service verifies these tokens by, as variables. */
  get environment(): Record<string, string> {
    return {
      ACCESS_ISSUER: localIssuer,
      ACCESS_AUDIENCE: localAudience,
      ACCESS_KEYS_FILE: path.join(this.#folder, 'keys.json'),
    };
  }

  /** A token for a person or a process, good for twelve hours. */
  issue(subject: string, roles: readonly string[]): Promise<string> {
    return new SignJWT({ roles })
      .setProtectedHeader({ alg: 'ES256', kid: this.#keyId, typ: 'at+jwt' })
      .setIssuer(localIssuer)
      .setAudience(localAudience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${lifetime} s`)
      .sign(this.#key);
  }

  /**
   * Writes a token into a file of the folder.
   *
   * @param name what the file is called, without its ending
   * @returns the file, for `ACCESS_TOKEN_FILE`
   */
  async write(name: string, subject: string, roles: readonly string[]): Promise<string> {
    const file = path.join(this.#folder, `${name}.token`);
    writeWhole(file, `${await this.issue(subject, roles)}\n`, { mode: 0o600 });
    return file;
  }

  /** Writes a token of the folder again, for the same subject and roles. */
  async renew(name: string): Promise<void> {
    const { sub = '', roles } = decodeJwt(readFileSync(path.join(this.#folder, `${name}.token`), 'utf8').trim());
    await this.write(name, sub, roles as string[]);
  }
}
