import { z } from 'zod';
import { defineHttpContract } from '../../platform/http/contract.ts';

const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'bytes are written in base64');

/** A payload in the JSON of Temporal's protocol buffers: whatever else it has is not for a codec. */
const payloadSchema = z.object({
  metadata: z.record(z.string().max(100), base64Schema.max(10_000)).optional(),
  data: base64Schema.optional(),
});

const payloadsSchema = z.strictObject({
  /** Left out by Temporal where there are none. */
  payloads: z.array(payloadSchema).max(10_000).default([]),
});

/** What the Web UI and the command line of Temporal call; paths and forms are theirs. */
export const codecContract = defineHttpContract({
  name: 'codec',
  version: '1.0.0',
  summary:
    'Opens what Temporal keeps sealed, for people: the remote codec of the Web UI and of the command line of Temporal',
  operations: {
    encode: {
      method: 'POST',
      path: '/encode',
      access: ['operator'],
      summary: 'Seals payloads with the key that is current',
      input: payloadsSchema,
      output: payloadsSchema,
      failures: [],
    },
    decode: {
      method: 'POST',
      path: '/decode',
      access: ['operator'],
      summary: 'Opens payloads; what was never sealed stays as it is',
      input: payloadsSchema,
      output: payloadsSchema,
      failures: ['InvalidState'],
    },
  },
});
