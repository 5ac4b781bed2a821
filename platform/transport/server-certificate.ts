import { AsyncResource } from 'node:async_hooks';
import { unwatchFile, watchFile } from 'node:fs';
import { Gauge } from 'prom-client';
import { z } from 'zod';
import { ConfigurationError, type Environment, readConfiguration } from '../configuration.ts';
import type { Logger } from '../logging.ts';
import { ofEachRole } from '../metrics.ts';
import { readAuthorities, readIdentity } from './certificates.ts';

/** What a server is told of its certificate; without it, it speaks clear text. */
const certificateEnvironment = z.object({
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** The authorities whose certificates callers have to show; without it they show none. */
  TLS_CLIENT_CA_FILE: z.string().optional(),
});

/** What servers of Node take. */
interface SecureOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
  readonly minVersion: 'TLSv1.2';
  /** Milliseconds until a connection has shaken hands. */
  readonly handshakeTimeout: number;
}

/** A server of TLS, whose certificate can be exchanged while it runs. */
export interface SecureServer {
  setSecureContext(options: SecureOptions): void;
  once(event: 'close', listener: () => void): unknown;
}

const names = { cert: 'TLS_CERT_FILE', key: 'TLS_KEY_FILE' };

/** Milliseconds. */
const lookEvery = 1_000;

const expiry = ofEachRole(
  (registers) =>
    new Gauge({
      name: 'tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificate expires that this role shows to its callers',
      registers,
      labelNames: ['file'],
    }),
);

/** The certificate of a server, from files that something else renews. */
export class ServerCertificate {
  readonly #files: { readonly cert: string; readonly key: string; readonly ca: string | undefined };
  /** As the files were at the start. */
  readonly options: SecureOptions;

  /** @throws {ConfigurationError} when a file cannot be used */
  constructor(files: { readonly cert: string; readonly key: string; readonly ca: string | undefined }) {
    this.#files = files;
    this.options = this.#read();
  }

  /**
   * Lets a server use what the files hold within a second of a change, for connections that are opened from then on. Files that
   * cannot be used change nothing: what was used before is used until they can.
   */
  follow(server: SecureServer, logger: Logger): void {
    // Of the role that asks, though other roles of the process may watch the same files.
    const exchange = AsyncResource.bind(() => {
      try {
        server.setSecureContext(this.#read());
        logger.info({ file: this.#files.cert }, 'the certificate was exchanged');
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        logger.error({ reason: error.message }, 'the certificate was not exchanged; the one before is used');
      }
    });
    const files = [this.#files.cert, this.#files.key, this.#files.ca].filter((file) => file !== undefined);
    // What follows the links of a mounted secret, and works on every file system.
    for (const file of files) watchFile(file, { interval: lookEvery, persistent: false }, exchange);
    server.once('close', () => {
      for (const file of files) unwatchFile(file, exchange);
    });
  }

  #read(): SecureOptions {
    const { ca, ...files } = this.#files;
    const { cert, key, expiresAt } = readIdentity(names, files);
    const authorities = ca && { ca: readAuthorities('TLS_CLIENT_CA_FILE', ca), requestCert: true };
    expiry().set({ file: files.cert }, Math.floor(expiresAt / 1_000));
    return {
      cert,
      key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: 10_000,
      ...(authorities && { ...authorities, rejectUnauthorized: true }),
    };
  }
}

/**
 * The certificate that a role shows to its callers; `undefined` where its environment names none.
 *
 * @throws {ConfigurationError} when one of the files is missing or cannot be used
 */
export function readServerCertificate(environment: Environment): ServerCertificate | undefined {
  const read = readConfiguration(certificateEnvironment, environment);
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: ca } = read;
  if (cert && key) return new ServerCertificate({ cert, key, ca });
  const missing = [...(cert ? [] : ['TLS_CERT_FILE']), ...(key ? [] : ['TLS_KEY_FILE'])];
  if (missing.length === 2 && !ca) return undefined;
  throw new ConfigurationError(
    missing.map((name) => `${name} is missing: a certificate and its key are set together`).join('\n'),
  );
}
