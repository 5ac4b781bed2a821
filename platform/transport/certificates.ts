import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../configuration.ts';

/** A certificate with its private key, both in PEM. */
export interface Identity {
  /** With those between it and its authority behind it. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The variables that name the files of an identity. */
export interface IdentityVariables {
  readonly cert: string;
  readonly key: string;
}

const wrong = (name: string, what: string) => new ConfigurationError(`${name} is wrong: ${what}`);

/**
 * Reads a certificate and its key.
 *
 * @throws {ConfigurationError} that names the variable, when a file is missing or holds something else, when the key is that of
 *   another certificate, or when the certificate has expired
 */
export function readIdentity(names: IdentityVariables, files: IdentityVariables, now = Date.now()): Identity {
  const cert = readPem(names.cert, files.cert);
  const certificate = parseCertificate(names.cert, files.cert, cert);
  const [validFrom, expiresAt] = [certificate.validFrom, certificate.validTo].map((time) => Date.parse(time));
  if (Number(expiresAt) <= now) {
    throw wrong(names.cert, `the certificate in ${files.cert} has expired at ${isoTime(expiresAt)}; renew it`);
  }
  if (Number(validFrom) > now) {
    throw wrong(
      names.cert,
      `the certificate in ${files.cert} is not valid before ${isoTime(validFrom)}; compare the clocks`,
    );
  }
  const key = readPem(names.key, files.key);
  if (!fits(certificate, names.key, files.key, key)) {
    throw wrong(names.key, `the key in ${files.key} is not that of the certificate in ${files.cert}`);
  }
  return { cert, key, expiresAt: Number(expiresAt) };
}

const isoTime = (time = 0) => new Date(time).toISOString();

/**
 * Reads the certificates of authorities.
 *
 * @throws {ConfigurationError} that names the variable, when the file is missing or holds no certificate
 */
export function readAuthorities(name: string, file: string): string {
  const text = readPem(name, file);
  parseCertificate(name, file, text);
  return text;
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(name, `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parseCertificate(name: string, file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw wrong(name, `${file} holds no certificate in PEM`);
  }
}

function fits(certificate: X509Certificate, name: string, file: string, text: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(text));
  } catch {
    throw wrong(name, `${file} holds no private key in PEM, or one with a passphrase`);
  }
}
