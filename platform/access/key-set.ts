import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { changingFile } from './changing-file.ts';

/** Milliseconds after which the keys are fetched again, so that one that was withdrawn counts no longer. */
const fetchAgainAfter = 5 * 60_000;

/**
 * The keys of an issuer at an address. A key that is not known is looked for there; those that are known count while the
 * address cannot be reached.
 */
export function keysAt(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { cacheMaxAge: Number.POSITIVE_INFINITY });
  let fetchedAt = Date.now();
  return async (...header) => {
    if (Date.now() - fetchedAt >= fetchAgainAfter) {
      fetchedAt = Date.now();
      // No caller waits for it; one that fails is made again after the same time.
      keys.reload().catch(() => undefined);
    }
    return keys(...header);
  };
}

/** The keys of an issuer in a file, which is read again when it has changed. */
export function keysOfFile(file: string): JWTVerifyGetKey {
  const keys = changingFile(file, (text) => createLocalJWKSet(JSON.parse(text) as JSONWebKeySet));
  return async (...header) => (await keys())(...header);
}
