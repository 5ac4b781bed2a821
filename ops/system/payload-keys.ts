import path from 'node:path';
import { ensureKeyRing } from '../../platform/payloads/key-ring.ts';
import { type RoleName, roleOf } from '../../roles/roles.ts';

/** The variables with which a process seals and opens payloads. */
export interface PayloadKeys {
  /** Those of a role: none where it does not talk to Temporal. */
  of(name: RoleName): Readonly<Record<string, string>>;
  /** Those of the command line. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What writes and reads payloads without being a worker. */
const clients: readonly RoleName[] = ['api', 'checkout-inbox', 'payment-webhooks', 'codec'];

/**
 * The key ring of one system on one machine: the one that the shell names, or one of its own, which only its user may read.
 *
 * @param folder where its own is kept
 */
export function openPayloadKeys(
  folder: string,
  shell: Readonly<Record<string, string | undefined>> = process.env,
): PayloadKeys {
  const { PAYLOAD_KEYS_FILE: named } = shell;
  const file = named ? path.resolve(named) : path.join(folder, 'payload-keys.json');
  if (!named) ensureKeyRing(file);
  const environment = { PAYLOAD_KEYS_FILE: file };
  return {
    of: (name) => (roleOf(name).kind === 'worker' || clients.includes(name) ? environment : {}),
    environment,
  };
}
