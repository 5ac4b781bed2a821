import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { z } from 'zod';
import { type Environment, readConfiguration } from '../configuration.ts';
import { SealingCodec } from './codec.ts';
import { KeyRing } from './key-ring.ts';

const environment = z.object({
  /** The key ring that payloads are sealed with; without it they are not. */
  PAYLOAD_KEYS_FILE: z.string().optional(),
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
  return { payloadCodecs: [new SealingCodec(keys)], ...(keys && { failureConverterPath }) };
}
