import { z } from 'zod';
import { type Environment, readConfiguration } from '../configuration.ts';
import { KeyRing } from './key-ring.ts';
import { MissingKeyError } from './missing-key.ts';
import { open, seal } from './sealing.ts';

/** A sealed value cannot be opened: it was changed on its way, or belongs to something else. */
class DamagedTextError extends Error {
  override readonly name = 'DamagedTextError';
}

/** Seals values into texts that travel where others read along: the id of the key, a dot, and the sealed bytes. */
export class SealedTexts {
  readonly #keys: KeyRing | undefined;

  /** @param keys without them nothing can be sealed or opened */
  constructor(keys: KeyRing | undefined) {
    this.#keys = keys;
  }

  /**
   * Seals a value with the key that is current.
   *
   * @param about what the value belongs to; it is said again to open it
   * @throws {MissingKeyError} without keys
   */
  async seal(value: unknown, about: string): Promise<string> {
    const { id, key } = await this.#ring().current();
    return `${id}.${seal(key, Buffer.from(JSON.stringify(value)), about).toString('base64url')}`;
  }

  /**
   * Opens what {@link seal} has sealed.
   *
   * @throws {MissingKeyError} that names the key, when there is no such key
   * @throws {DamagedTextError} when it was changed, or is about something else
   */
  async open(sealed: string, about: string): Promise<unknown> {
    const dot = sealed.lastIndexOf('.');
    const key = await this.#ring().find(sealed.slice(0, dot));
    try {
      return JSON.parse(open(key, Buffer.from(sealed.slice(dot + 1), 'base64url'), about).toString());
    } catch (error) {
      throw new DamagedTextError(`what is sealed about ${about} was changed, or is about something else`, {
        cause: error,
      });
    }
  }

  #ring(): KeyRing {
    if (this.#keys) return this.#keys;
    throw new MissingKeyError(
      'this takes keys: set EVENT_KEYS_FILE to the key ring that parts of events are sealed with',
    );
  }
}

const environment = z.object({
  /** The key ring that parts of events are sealed with; without it those cannot be written or read. */
  EVENT_KEYS_FILE: z.string().optional(),
});

/**
 * What seals parts of events, and opens them, with the key ring that the environment names.
 *
 * @throws {ConfigurationError} when it cannot be read
 */
export function readSealedTexts(of: Environment): SealedTexts {
  const { EVENT_KEYS_FILE: file } = readConfiguration(environment, of);
  return new SealedTexts(file === undefined ? undefined : new KeyRing(file, 'EVENT_KEYS_FILE'));
}
