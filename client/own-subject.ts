import { decodeJwt } from 'jose';
import { tokenOfFile } from '../platform/access/token-source.ts';
import { ConfigurationError } from '../platform/configuration.ts';
import type { Addresses } from './services.ts';

/**
 * Who works here, as the token of `ACCESS_TOKEN_FILE` says. Whether it is true is for the services to find out.
 *
 * @throws {ConfigurationError} when there is no token
 * @throws {ServiceFailure} `Unauthenticated` when the file cannot be read
 */
export async function ownSubject(addresses: Addresses): Promise<string> {
  const token = await tokenOfFile(addresses)();
  const subject = token && decodeJwt(token).sub;
  if (subject) return subject;
  throw new ConfigurationError(
    'ACCESS_TOKEN_FILE is missing: name the file with your token, since who decides is kept',
  );
}
