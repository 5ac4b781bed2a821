import { ServiceFailure } from '../../contracts/failures.ts';
import type { Environment } from '../configuration.ts';
import { changingFile } from './changing-file.ts';

/** The token that a caller sends with each call. */
export type TokenSource = () => Promise<string | undefined>;

/** Milliseconds: a call costs less than a look at the file. */
const lookEveryMs = 1_000;

/**
 * The token of the file that `ACCESS_TOKEN_FILE` names, which something else renews, as Kubernetes does with projected tokens:
 * it is read again within a second of a change. Without that variable no token is sent.
 */
export function tokenOfFile({ ACCESS_TOKEN_FILE: file }: Environment): TokenSource {
  if (!file) return async () => undefined;
  const read = changingFile(file, (text) => text.trim(), { lookEveryMs });
  return async () => {
    try {
      return await read();
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
