import { z } from 'zod';
import { type Declared, failureOf } from '../../contracts/failures.ts';
import { failuresOf, type HttpContract, type HttpOperation, pathParameters } from './contract.ts';
import { problemSchema, problemType } from './problem.ts';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, unknown>; required?: string[] };

/** The OpenAPI 3.1 document of a contract. */
export function toOpenApi(contract: HttpContract): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(contract.operations)) {
    const path = operation.path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(name, operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: contract.name, version: contract.version, summary: contract.summary },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function describe(name: string, operation: HttpOperation): Record<string, unknown> {
  const input = schemaOf(operation.input, 'input');
  const properties = input.properties ?? {};
  const required = input.required ?? [];
  const inPath = pathParameters(operation.path);
  const rest = Object.keys(properties).filter((property) => !inPath.includes(property));
  const parameter = (place: 'path' | 'query') => (property: string) => ({
    name: property,
    in: place,
    required: place === 'path' || required.includes(property),
    schema: properties[property],
  });
  const isGet = operation.method === 'GET';
  return {
    operationId: name,
    summary: operation.summary,
    // In OpenAPI 3.1 the roles that are needed may stand beside any scheme.
    security: operation.access === 'public' ? [] : [{ token: operation.access }],
    parameters: [...inPath.map(parameter('path')), ...(isGet ? rest.map(parameter('query')) : [])],
    ...(!isGet &&
      rest.length > 0 && {
        requestBody: {
          // No body at all is taken for an empty one.
          required: required.some((property) => rest.includes(property)),
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: Object.fromEntries(rest.map((property) => [property, properties[property]])),
                required: required.filter((property) => rest.includes(property)),
                additionalProperties: false,
              },
            },
          },
        },
      }),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: schemaOf(operation.output, 'output') } } },
      ...problems(failuresOf(operation)),
    },
  };
}

function problems(declared: readonly Declared[]): Record<string, unknown> {
  const byStatus = Map.groupBy(new Set(declared.map(failureOf)), ({ httpStatus }) => httpStatus);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map(({ type, title }) => `${type}: ${title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Problem' },
                {
                  properties: { type: { enum: group.map(({ type }) => problemType(type)) }, status: { const: status } },
                },
              ],
            },
          },
        },
      },
    ]),
  );
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as JsonSchema;
}
