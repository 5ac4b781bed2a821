import path from 'node:path';
import { ensureKeyRing } from '../../platform/payloads/key-ring.ts';
import { type RoleName, roleOf } from '../../roles/roles.ts';

/** The variables with which a process seals and opens payloads, and parts of events. */
export interface PayloadKeys {
  /** Those of a role: none where it neither talks to Temporal nor seals events. */
  of(name: RoleName): Readonly<Record<string, string>>;
  /** Those of the command line. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What writes and reads payloads without being a worker. */
const clients: readonly RoleName[] = ['api', 'checkout-inbox', 'payment-webhooks', 'codec'];

/** Whose payloads no other worker reads, and who starts and follows its workflows. */
const confidential = { worker: 'payroll-worker', kinds: ['payroll', 'payroll-correction'], clients: ['api'] } as const;

/** The variable that names a key ring of its own for each kind of confidential process. */
export const payloadKeysOfKinds = (file: string): string =>
  confidential.kinds.map((kind) => `${kind}=${file}`).join(',');

/** What seals parts of events, or opens them. */
const sealers: readonly RoleName[] = ['payroll', 'ledger-consumer', 'notification-consumer'];

/**
 * The key rings of one system on one machine, which only its user may read: those that the shell names, or its own.
 *
 * @param folder where its own are kept
 */
export function openPayloadKeys(
  folder: string,
  shell: Readonly<Record<string, string | undefined>> = process.env,
): PayloadKeys {
  const ring = (variable: string, name: string) => {
    const named = shell[variable];
    const file = named ? path.resolve(named) : path.join(folder, name);
    if (!named) ensureKeyRing(file);
    return file;
  };
  const general = { PAYLOAD_KEYS_FILE: ring('PAYLOAD_KEYS_FILE', 'payload-keys.json') };
  const ofPayroll = ring('PAYROLL_PAYLOAD_KEYS_FILE', 'payroll-payload-keys.json');
  const events = { EVENT_KEYS_FILE: ring('EVENT_KEYS_FILE', 'event-keys.json') };
  const kinds = { PAYLOAD_KEYS_OF_KINDS: payloadKeysOfKinds(ofPayroll) };
  const payloads = (name: RoleName): Readonly<Record<string, string>> => {
    if (name === confidential.worker) return { PAYLOAD_KEYS_FILE: ofPayroll };
    if (roleOf(name).kind !== 'worker' && !clients.includes(name)) return {};
    return confidential.clients.some((client) => client === name) ? { ...general, ...kinds } : general;
  };
  return {
    of: (name) => ({ ...payloads(name), ...(sealers.includes(name) && events) }),
    environment: { ...general, ...kinds },
  };
}
