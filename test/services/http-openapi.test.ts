import { describe, expect, test } from '@jest/globals';
import { failures as catalogue } from '../../contracts/catalogue.ts';
import { failureOf, ServiceFailure } from '../../contracts/failures.ts';
import { mailSinkContract } from '../../doubles/mail-sink/contract.ts';
import { failuresOf, type HttpContract } from '../../platform/http/contract.ts';
import { toOpenApi } from '../../platform/http/openapi.ts';
import { toProblem } from '../../platform/http/problem.ts';
import { customersContract } from '../../services/customers/contract.ts';
import { deadLettersContract } from '../../services/dead-letters/contract.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { ledgerContract } from '../../services/ledger/contract.ts';
import { ordersContract } from '../../services/orders/contract.ts';
import { paymentsContract } from '../../services/payments/contract.ts';

const contracts: readonly HttpContract[] = [
  customersContract,
  deadLettersContract,
  inventoryContract,
  ledgerContract,
  mailSinkContract,
  ordersContract,
  paymentsContract,
];

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: {
    required: boolean;
    content: { 'application/json': { schema: { properties: object; required: string[] } } };
  };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}

interface ProblemSchema {
  allOf: [object, { properties: { type: { enum: string[] } } }];
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

function everything(value: unknown): unknown[] {
  return value !== null && typeof value === 'object' ? [value, ...Object.values(value).flatMap(everything)] : [value];
}

describe.each(contracts.map((contract) => [contract.name, contract] as const))(
  'the description of %s',
  (_, contract) => {
    // As a reader gets it.
    const document = JSON.parse(JSON.stringify(toOpenApi(contract))) as Document;
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

    test('is OpenAPI 3.1 and names the service', () => {
      expect(document).toMatchObject({
        openapi: '3.1.0',
        info: { title: contract.name, version: contract.version },
      });
    });

    test('has every operation with its method and path', () => {
      const listed = described.map(({ path, method, operation }) => `${operation.operationId} ${method} ${path}`);
      const expected = Object.entries(contract.operations).map(
        ([name, { method, path }]) => `${name} ${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
      );
      expect(listed.sort()).toEqual(expected.sort());
    });

    test.each(described.map((entry) => [entry.operation.operationId, entry] as const))(
      '%s has a place for each input, and every answer',
      (name, { path, method, operation }) => {
        const { input, failures } = contract.operations[name] as HttpContract['operations'][string];
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const parameters = operation.parameters.map((parameter) => parameter.name);
        const body = operation.requestBody?.content['application/json'].schema;
        const inBody = Object.keys(body?.properties ?? {});

        expect([...parameters, ...inBody].sort()).toEqual(Object.keys(input.shape).sort());
        for (const parameter of operation.parameters) {
          expect(parameter.in).toBe(inPath.includes(parameter.name) ? 'path' : 'query');
          if (parameter.in === 'path') expect(parameter.required).toBe(true);
          expect(parameter.schema).toBeInstanceOf(Object);
        }
        expect(inBody).toEqual(expect.arrayContaining(body?.required ?? []));
        if (method === 'get') expect(operation.requestBody).toBeUndefined();
        // No body at all is taken for an empty one.
        if (body) expect(operation.requestBody?.required).toBe((body.required ?? []).length > 0);

        expect(operation.responses['200']?.content['application/json']?.schema).toBeInstanceOf(Object);
        const problems = Object.entries(operation.responses).filter(([status]) => status !== '200');
        const types = problems.flatMap(([status, { description, content }]) => {
          expect(Object.keys(content)).toEqual(['application/problem+json']);
          const described = content['application/problem+json']?.schema as ProblemSchema;
          expect(described.allOf).toEqual([
            { $ref: '#/components/schemas/Problem' },
            { properties: { type: { enum: expect.any(Array) }, status: { const: Number(status) } } },
          ]);
          return described.allOf[1].properties.type.enum.map((type) => {
            const failure = type.replace('urn:durable-checkout:failure:', '') as keyof typeof catalogue;
            expect(`${catalogue[failure].httpStatus}`).toBe(status);
            expect(description).toContain(`${failure}: ${catalogue[failure].title}`);
            expect(toProblem(new ServiceFailure(catalogue[failure], 'no')).type).toBe(type);
            return failure;
          });
        });
        expect(types).toEqual(expect.arrayContaining(failures.map((one) => failureOf(one).type)));
        expect(types.sort()).toEqual(
          failuresOf(contract.operations[name] as HttpContract['operations'][string])
            .map((one) => failureOf(one).type)
            .sort(),
        );
        const hasBody = method !== 'get';
        expect([types.includes('PayloadTooLarge'), types.includes('UnsupportedMediaType')]).toEqual([hasBody, hasBody]);
      },
    );

    test('describes the problem with every member that one may have', () => {
      const detail = { field: 'a', retryAfterMilliseconds: 1, facts: { b: true } };
      const members = Object.keys(toProblem(new ServiceFailure('Internal', 'no', detail)));
      const { properties } = document.components.schemas['Problem'] as { properties: object };
      expect(Object.keys(properties).sort()).toEqual(members.sort());
    });

    test('has no reference that leads nowhere', () => {
      const references = everything(document).flatMap((value) =>
        value !== null && typeof value === 'object' && '$ref' in value ? [String(value.$ref)] : [],
      );
      expect(references).not.toHaveLength(0);
      for (const reference of references) {
        const found = reference
          .replace('#/', '')
          .split('/')
          .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
        expect(found).toBeInstanceOf(Object);
      }
    });
  },
);
