import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError, run } from './command.ts';
import { programEnvironment } from './environment.ts';
import { PartError } from './part-error.ts';

/** The files of a certificate and its key, in PEM. */
export type CertificateFiles = { readonly cert: string; readonly key: string };

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority for one machine, made with OpenSSL: what it signs is for the loopback addresses, and only who names it believes it. */
export class CertificateAuthority {
  readonly #folder: string;
  readonly #name: string;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /**
   * Opens the authority of a folder, and makes it when there is none yet.
   *
   * @throws PartError when OpenSSL is missing
   */
  static async open(folder: string, name = 'authority'): Promise<CertificateAuthority> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = new CertificateAuthority(folder, name);
    if (existsSync(authority.certificate)) return authority;
    const draft = `${authority.certificate}.partial`;
    await openssl(
      ['req', '-x509', ...elliptic, '-keyout', `${name}.key`, '-out', draft],
      ['-days', '3650', '-subj', `/CN=durable-checkout ${name}`],
      folder,
    );
    renameSync(draft, authority.certificate);
    return authority;
  }

  /** The file of its own certificate, for `NODE_EXTRA_CA_CERTS`. */
  get certificate(): string {
    return path.join(this.#folder, `${this.#name}.pem`);
  }

  /**
   * Signs a new certificate for `localhost` and the loopback addresses, good for servers and for callers. Files of before are
   * replaced, each whole.
   *
   * @param name what its files are called
   * @param days how long it is good for, from now on; a negative number has passed
   */
  async issue(name: string, days = 365): Promise<CertificateFiles> {
    const drafts = { key: `${name}.key.partial`, request: `${name}.request`, cert: `${name}.pem.partial` };
    const extensions = path.join(this.#folder, 'extensions');
    writeFileSync(
      extensions,
      'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n',
    );
    await openssl(
      ['req', ...elliptic, '-keyout', drafts.key],
      ['-out', drafts.request, '-subj', '/CN=localhost'],
      this.#folder,
    );
    await openssl(
      ['x509', '-req', '-in', drafts.request, '-CA', this.certificate, '-CAkey', `${this.#name}.key`],
      ['-CAcreateserial', '-out', drafts.cert, '-days', String(days), '-extfile', extensions],
      this.#folder,
    );
    const files = { cert: path.join(this.#folder, `${name}.pem`), key: path.join(this.#folder, `${name}.key`) };
    renameSync(path.join(this.#folder, drafts.key), files.key);
    renameSync(path.join(this.#folder, drafts.cert), files.cert);
    return files;
  }
}

async function openssl(command: readonly string[], options: readonly string[], directory: string): Promise<void> {
  try {
    await run('openssl', [...command, ...options], { directory, environment: programEnvironment({}), timeout: 30_000 });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'ENOENT') throw error;
    throw new PartError('TLS', {
      reason: 'missing-tool',
      happened: 'The certificates are made with OpenSSL, which is not installed.',
      remedy: 'Install the package openssl and run the same command again.',
    });
  }
}
