import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ConfigurationError } from '../configuration.ts';

const trusted = new Set<string>();

/**
 * Lets this process believe the certificates of an authority, as `NODE_EXTRA_CA_CERTS` does for one that starts later.
 *
 * @throws {ConfigurationError} when the file cannot be read
 */
export function trustAuthority(file: string): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `NODE_EXTRA_CA_CERTS is wrong: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  if (trusted.has(text)) return;
  trusted.add(text);
  setDefaultCACertificates([...getCACertificates(), text]);
}
