import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hexadecimal, of a value's canonical JSON (RFC 8785): equal for equal content, whatever the order of its keys. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalize(value) ?? '');
}
