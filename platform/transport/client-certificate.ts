import { statSync } from 'node:fs';
import { ConfigurationError, type Environment } from '../configuration.ts';
import { readIdentity } from './certificates.ts';

const names = { cert: 'TLS_CLIENT_CERT_FILE', key: 'TLS_CLIENT_KEY_FILE' };

/** The same object as long as the files are the same. */
export interface ClientCertificate {
  readonly cert?: string;
  readonly key?: string;
}

const none: ClientCertificate = {};

let known: { readonly state: string; readonly shown: ClientCertificate } | undefined;

/**
 * The certificate that this process shows to the services which it calls, as `TLS_CLIENT_CERT_FILE` and `TLS_CLIENT_KEY_FILE` name
 * it; `{}` without them. It is asked for whenever a connection is opened: the files are read again when they have changed.
 *
 * @throws {ConfigurationError} when a file is missing or cannot be used
 */
export function clientCertificate(environment: Environment = process.env): ClientCertificate {
  const [cert, key] = [environment[names.cert], environment[names.key]];
  if (!cert && !key) return none;
  if (!cert || !key) {
    throw new ConfigurationError(
      `${cert ? names.key : names.cert} is missing: a certificate and its key are set together`,
    );
  }
  const state = [cert, key].map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`).join();
  if (known?.state !== state) known = { state, shown: readIdentity(names, { cert, key }) };
  return known.shown;
}
