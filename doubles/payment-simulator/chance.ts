import { createHash } from 'node:crypto';

/** A number from 0 up to 1 that looks random and depends on nothing but the seed and the names of what it decides. */
export function chance(seed: string, ...names: readonly (string | number)[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...names]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
