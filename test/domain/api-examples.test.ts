import { expect, test } from '@jest/globals';
import { apiContract } from '../../api/contract.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import { toOpenApi } from '../../platform/http/openapi.ts';

const operations = Object.entries(apiContract.operations as Readonly<Record<string, HttpOperation>>);

test.each(operations)('%s has an example that its own schemas accept', (_, { input, output, example }) => {
  expect(example).toBeDefined();
  expect(input.safeParse(example?.input)).toMatchObject({ success: true });
  expect(output.safeParse(example?.output)).toMatchObject({ success: true });
});

test.each(operations)('%s is under /v1, and says that it may be called too often', (_, { path, failures }) => {
  expect(path).toMatch(/^\/v1\//);
  expect(failures).toContain('RateLimited');
});

test('the OpenAPI document has the examples where programs look for them', () => {
  const { paths } = toOpenApi(apiContract) as { paths: Record<string, Record<string, Record<string, unknown>>> };
  expect(paths['/v1/checkouts/{checkoutId}']?.['put']).toMatchObject({
    parameters: [{ name: 'checkoutId', in: 'path', example: 'c-1' }],
    requestBody: { content: { 'application/json': { example: { country: 'US', acceptedTotal: 5998 } } } },
    responses: { 200: { content: { 'application/json': { example: { answer: 'accepted' } } } } },
  });
  expect(paths['/v1/checkouts/{checkoutId}/events']?.['get']).toMatchObject({
    responses: { 200: { content: { 'text/event-stream': { schema: { type: 'object' } } } } },
  });
});

test('no operation takes from its caller who acts', () => {
  const fields = operations.flatMap(([, { input }]) => Object.keys(input.shape));
  expect(fields.filter((field) => /^(by|actor|issuer)$|By$/.test(field))).toEqual([]);
});
