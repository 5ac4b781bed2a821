import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { type Environment, readConfiguration } from '../configuration.ts';
import { type ChangingFileOptions, changingFile } from './changing-file.ts';
import { tokenOfClient } from './client-credentials.ts';

/** The token that a caller sends with each call. */
export type TokenSource = () => Promise<string | undefined>;

/** Milliseconds: a call costs less than a look at the file. */
const lookEveryMs = 1_000;

/** What a process is told that gets its token from the provider. */
const clientEnvironment = z.object({
  ACCESS_ISSUER: z.string(),
  ACCESS_CLIENT_ID: z.string(),
  ACCESS_CLIENT_SECRET_FILE: z.string(),
  ACCESS_AUDIENCE: z.string().default('durable-checkout'),
  ACCESS_SCOPE: z.string().optional(),
});

const noToken: TokenSource = async () => undefined;

/** Whether an environment names a token, or how to get one. */
export const namesToken = ({ ACCESS_TOKEN_FILE, ACCESS_CLIENT_SECRET_FILE }: Environment): boolean =>
  Boolean(ACCESS_TOKEN_FILE || ACCESS_CLIENT_SECRET_FILE);

/**
 * The token that an environment names: that of the file `ACCESS_TOKEN_FILE`, else the one that the provider issues for
 * `ACCESS_CLIENT_ID` and the secret of `ACCESS_CLIENT_SECRET_FILE`.
 *
 * @param otherwise the source where it names neither. @default no token is sent
 * @throws {ConfigurationError} for a secret without what belongs to it
 */
export function tokenSource(environment: Environment, otherwise = noToken): TokenSource {
  const { ACCESS_TOKEN_FILE: file } = environment;
  if (file) return tokenOfFile(file);
  if (!namesToken(environment)) return otherwise;
  const read = readConfiguration(clientEnvironment, environment);
  return tokenOfClient({
    issuer: read.ACCESS_ISSUER,
    clientId: read.ACCESS_CLIENT_ID,
    clientSecret: textOfFile('ACCESS_CLIENT_SECRET_FILE', read.ACCESS_CLIENT_SECRET_FILE),
    audience: read.ACCESS_AUDIENCE,
    scope: read.ACCESS_SCOPE,
  });
}

/** Something else renews the file, as Kubernetes does with projected tokens: it is read again within a second of a change. */
const tokenOfFile = (file: string): TokenSource => textOfFile('ACCESS_TOKEN_FILE', file, { lookEveryMs });

function textOfFile(variable: string, file: string, options?: ChangingFileOptions): () => Promise<string> {
  const read = changingFile(file, (text) => text.trim(), options);
  return async () => {
    try {
      return await read();
    } catch (error) {
      throw new ServiceFailure(
        'Unauthenticated',
        `${file}, which ${variable} names, cannot be read`,
        {},
        { cause: error },
      );
    }
  };
}
