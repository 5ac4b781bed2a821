import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { HttpContract } from '../../../platform/http/contract.ts';
import { toOpenApi } from '../../../platform/http/openapi.ts';
import { problemSchema } from '../../../platform/http/problem.ts';
import {
  callsOf,
  closeConnections,
  type DescribedOperation,
  operationsOf,
  type ReceivedAnswer,
  send,
} from './http-calls.ts';
import type { JsonSchema } from './schema-values.ts';
import { runs, seed } from './seed.ts';
import type { FuzzedService } from './services.ts';

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats.default(ajv);
// Addresses of the catalogue's customers may hold characters beyond ASCII; ajv-formats has no rule for those.
ajv.addFormat('idn-email', true);

/** What an operation answers by its document: the media type and a check of the body, for each status. */
function answersOf(operation: DescribedOperation, document: JsonSchema) {
  return new Map(
    Object.entries(operation.responses).map(([status, { content }]) => {
      const [[type = '', { schema }] = ['', { schema: {} }]] = Object.entries(content);
      return [Number(status), { type, isValid: ajv.compile({ ...schema, components: document['components'] }) }];
    }),
  );
}

/** What is said of a call that the document does not describe. */
function checkProblem({ status, type, allow, text }: ReceivedAnswer): void {
  if (status === 200) return;
  expect(type).toBe('application/problem+json');
  expect(problemSchema.parse(JSON.parse(text)).status).toBe(status);
  if (status === 405) expect(allow).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
}

/** The tests that a service answers every call as its OpenAPI document says. */
export function describeAnswers(name: string, service: FuzzedService<HttpContract>): void {
  describe(`${name}, with the seed ${seed}`, () => answerAsDocumented(service));
}

function answerAsDocumented({ contract, start }: FuzzedService<HttpContract>): void {
  const document = JSON.parse(JSON.stringify(toOpenApi(contract))) as JsonSchema;
  let service: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    service = await start();
  });

  afterAll(async () => {
    closeConnections();
    await service.stop();
  });

  test.each(operationsOf(document).map((operation) => [operation.operationId, operation] as const))(
    'answers every call of %s as its document says',
    async (_, operation) => {
      const answers = answersOf(operation, document);
      await fc.assert(
        fc.asyncProperty(callsOf(operation, document), async (call) => {
          const answer = await send(service.url, call);
          expect(answer.status).toBeLessThan(500);
          if (call.isAstray) return checkProblem(answer);
          const described = answers.get(answer.status);
          expect({ status: answer.status, documented: described !== undefined }).toEqual({
            status: answer.status,
            documented: true,
          });
          expect(answer.type).toBe(described?.type);
          described?.isValid(JSON.parse(answer.text));
          expect(described?.isValid.errors ?? null).toBeNull();
        }),
        { seed, numRuns: runs, endOnFailure: true },
      );
    },
  );
}
