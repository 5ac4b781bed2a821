import { readFile, stat } from 'node:fs/promises';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Environment } from '../configuration.ts';

/** The token that a caller sends with each call. */
export type TokenSource = () => Promise<string | undefined>;

/**
 * The token of the file that `ACCESS_TOKEN_FILE` names, which somebody else renews, as Kubernetes does with projected tokens:
 * it is read again when it has changed. Without that variable no token is sent.
 */
export function tokenOfFile({ ACCESS_TOKEN_FILE: file }: Environment): TokenSource {
  if (!file) return async () => undefined;
  let changedAt = Number.NaN;
  let token: string | undefined;
  return async () => {
    try {
      const { mtimeMs } = await stat(file);
      if (mtimeMs !== changedAt) {
        token = (await readFile(file, 'utf8')).trim();
        changedAt = mtimeMs;
      }
      return token;
    } catch (error) {
      throw new ServiceFailure(
        'Unauthenticated',
        `${file}, which ACCESS_TOKEN_FILE names, cannot be read`,
        {},
        { cause: error },
      );
    }
  };
}
