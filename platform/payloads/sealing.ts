import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/**
 * Seals bytes with AES-256-GCM.
 *
 * @param key of 32 bytes; Node uses one that it has as an object in half of the time
 * @param about what has to be said again to open them, and is not secret
 * @returns a nonce, the sealed bytes and the tag, one after the other
 */
export function seal(key: KeyObject, bytes: Uint8Array, about: string): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what {@link seal} has sealed.
 *
 * @throws when it was changed, or sealed with another key or about something else
 */
export function open(key: KeyObject, sealed: Uint8Array, about: string): Buffer {
  const nonce = sealed.subarray(0, nonceLength);
  const tag = sealed.subarray(sealed.length - tagLength);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
    .setAAD(Buffer.from(about))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(nonceLength, sealed.length - tagLength)), decipher.final()]);
}
