import type { Payload, PayloadCodec } from '@temporalio/common';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { actorOf } from '../../platform/access/principal.ts';
import type { CallContext, HttpHandlers } from '../../platform/http/contract.ts';
import type { Logger } from '../../platform/logging.ts';
import { DamagedPayloadError } from '../../platform/payloads/codec.ts';
import { MissingKeyError } from '../../platform/payloads/missing-key.ts';
import type { codecContract } from './contract.ts';

type JsonPayload = z.infer<typeof codecContract.operations.decode.output>['payloads'][number];

/** Who has opened how much is logged; what it was is not. */
export function codecHandlers(codec: PayloadCodec, logger: Logger): HttpHandlers<typeof codecContract> {
  return {
    encode: async ({ payloads }) => ({ payloads: (await codec.encode(payloads.map(fromJson))).map(toJson) }),
    async decode({ payloads }, context: CallContext) {
      const opened = await codec.decode(payloads.map(fromJson)).catch((error: unknown) => {
        throw refusalOf(error);
      });
      logger.info({ subject: actorOf(context), payloads: opened.length }, 'payloads were opened');
      return { payloads: opened.map(toJson) };
    },
  };
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof MissingKeyError || error instanceof DamagedPayloadError)) return error;
  return new ServiceFailure('InvalidState', error.message, {}, { cause: error });
}

const fromJson = ({ metadata = {}, data = '' }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});

const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data),
});

const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
