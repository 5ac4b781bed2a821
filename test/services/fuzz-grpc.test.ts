import { fromJson, type JsonValue, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { isFailureType } from '../../contracts/catalogue.ts';
import { lengthOf } from '../../contracts/foreign-text.ts';
import { FailureSchema } from '../../platform/grpc/generated/failure_pb.ts';
import { fromMessage, methodOf } from '../../platform/grpc/messages.ts';
import { roleNames, roleOf } from '../../roles/roles.ts';
import { messagesOf } from './fuzz/messages.ts';
import { type JsonSchema, valuesOf } from './fuzz/schema-values.ts';
import { runs, seed } from './fuzz/seed.ts';
import { grpcServices } from './fuzz/services.ts';

test('every process that answers gRPC is among those that are fuzzed', () => {
  const answering = roleNames.filter((name) => roleOf(name).address !== undefined && !roleOf(name).speaksHttp);
  expect(Object.keys(grpcServices).sort()).toEqual(answering.sort());
  for (const [name, { contract }] of Object.entries(grpcServices)) expect(contract.name).toBe(name);
});

/** Codes of a service that has failed itself. */
const failed: readonly Code[] = [Code.Internal, Code.Unknown, Code.DataLoss, Code.Unavailable, Code.DeadlineExceeded];

type Methods = Record<string, (message: Message) => Promise<Message>>;

describe.each(Object.entries(grpcServices))(`%s, with the seed ${seed}`, (_, { contract, start }) => {
  let service: Awaited<ReturnType<typeof start>>;
  let client: Methods;

  beforeAll(async () => {
    service = await start();
    client = createClient(contract.service, createGrpcTransport({ baseUrl: service.url })) as unknown as Methods;
  });

  afterAll(() => service.stop());

  test.each(Object.entries(contract.operations))(
    'answers every message of %s, or refuses it',
    async (name, operation) => {
      const { input, output } = methodOf(contract.service, name);
      const rules = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
      const asRuled = valuesOf(rules, rules) as fc.Arbitrary<JsonValue>;
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(fc.oneof(asRuled, messagesOf(input)), async (value) => {
          try {
            const answer = await client[name]?.(fromJson(input, value));
            operation.output.parse(fromMessage(output, answer as Message));
            answered++;
          } catch (error) {
            checkRefusal(error);
          }
        }),
        { seed, numRuns: runs, endOnFailure: true },
      );
      // Messages that were all refused would have tested nothing but the refusals.
      expect(answered).toBeGreaterThan(0);
    },
  );
});

function checkRefusal(error: unknown): void {
  if (!(error instanceof ConnectError)) throw error;
  const [failure] = error.findDetails(FailureSchema);
  expect({ code: error.code, message: error.rawMessage, isOurs: failure !== undefined }).toMatchObject({
    isOurs: true,
  });
  expect(failed).not.toContain(error.code);
  expect(isFailureType(failure?.type)).toBe(true);
  expect(lengthOf(String(failure?.message))).toBeLessThanOrEqual(1_000);
}

test('a currency of 20,000 characters is refused as a currency', async () => {
  const { contract, start } = grpcServices['catalog'] as NonNullable<(typeof grpcServices)[string]>;
  const service = await start();
  try {
    const client = createClient(contract.service, createGrpcTransport({ baseUrl: service.url })) as unknown as Methods;
    for (const character of ['X', '😀', '\u{1}']) {
      const cart = { lines: [{ sku: 'a', quantity: 1 }], currency: character.repeat(20_000), country: 'US' };
      const refusal = await client['quote']?.(fromJson(methodOf(contract.service, 'quote').input, cart)).catch(String);
      expect(refusal).toMatch(/^ConnectError: \[invalid_argument\] currency: unknown currency ".{59}…"; use one of/u);
    }
  } finally {
    await service.stop();
  }
});
