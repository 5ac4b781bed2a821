import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';
import { type Environment, readConfiguration } from '../configuration.ts';
import { SealingCodec } from './codec.ts';
import { KeyRing } from './key-ring.ts';

const environment = z.object({
  /** The key ring that payloads are sealed with; without it they are not. */
  PAYLOAD_KEYS_FILE: z.string().optional(),
  /**
   * The key rings of kinds of workflows whose payloads are not for everyone who has the other one: `kind=FILE,kind=FILE`. Their
   * worker has its ring as PAYLOAD_KEYS_FILE; this is for clients.
   */
  PAYLOAD_KEYS_OF_KINDS: z
    .string()
    .regex(/^[a-z-]+=[^,=]+(,[a-z-]+=[^,=]+)*$/, 'name kinds of workflows and files: payroll=/etc/payroll-keys.json')
    .optional(),
});

/** The workflows' sandbox has the same (`workers/workflow-code.ts`). */
const failureConverterPath = fileURLToPath(new URL('failure-converter.ts', import.meta.url));

/**
 * The key ring of the payloads, where the environment names one.
 *
 * @throws {ConfigurationError} when it cannot be read
 */
export function readPayloadKeys(of: Environment): KeyRing | undefined {
  const { PAYLOAD_KEYS_FILE: file } = readConfiguration(environment, of);
  return file === undefined ? undefined : new KeyRing(file, 'PAYLOAD_KEYS_FILE');
}

/**
 * How everything of this system turns values into what Temporal keeps, and back: every client and every worker has it.
 *
 * @throws {ConfigurationError} when the key ring that the environment names cannot be read
 */
export function readDataConverter(of: Environment): DataConverter {
  const keys = readPayloadKeys(of);
  return { payloadCodecs: [new SealingCodec(keys, readKeysOfKinds(of))], ...(keys && { failureConverterPath }) };
}

/** A file that several kinds name is one ring. */
function readKeysOfKinds(of: Environment): ReadonlyMap<string, KeyRing> {
  const { PAYLOAD_KEYS_OF_KINDS: text } = readConfiguration(environment, of);
  const rings = new Map<string, KeyRing>();
  const ringOf = (file: string) => {
    const ring = rings.get(file) ?? new KeyRing(file, 'PAYLOAD_KEYS_OF_KINDS');
    rings.set(file, ring);
    return ring;
  };
  const pairs = (text ?? '').split(',').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [kind = '', file = ''] = pair.split('=');
      return [kind, ringOf(file)] as const;
    }),
  );
}
