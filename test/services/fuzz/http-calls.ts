import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { type JsonSchema, valuesOf } from './schema-values.ts';

/** One operation of an OpenAPI document. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

/** All operations of a document. */
export function operationsOf(document: JsonSchema): DescribedOperation[] {
  const paths = document['paths'] as Record<string, Record<string, Omit<DescribedOperation, 'method' | 'path'>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

export interface SentCall {
  readonly method: string;
  /** As it goes over the wire: no program makes it another one on the way. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Method and path may be those of another operation, or of none. */
  readonly isAstray?: true;
}

const contentTypes = ['text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data'];

/** Calls of an operation, half of them as its document describes them, half of them with something hostile here and there. */
export function callsOf(operation: DescribedOperation, document: JsonSchema): fc.Arbitrary<SentCall> {
  return fc.oneof(
    asDescribed(operation, document),
    asDescribed(operation, document, 12),
    unreadable(operation, document),
  );
}

function asDescribed(operation: DescribedOperation, document: JsonSchema, rarely?: number): fc.Arbitrary<SentCall> {
  const values = (schema: JsonSchema) => valuesOf(schema, document, rarely);
  const parameters = (place: 'path' | 'query') => {
    const there = operation.parameters.filter((parameter) => parameter.in === place);
    const requiredKeys = there.filter(({ required }) => required).map(({ name }) => name);
    return fc.record(Object.fromEntries(there.map(({ name, schema }) => [name, values(schema)])), { requiredKeys });
  };
  const schema = operation.requestBody?.content['application/json'].schema;
  return fc
    .record({
      inPath: parameters('path'),
      inQuery: parameters('query'),
      body: schema ? values(schema) : fc.constant(undefined),
    })
    .map(({ inPath, inQuery, body }) => {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => segment(inPath[name]));
      const query = new URLSearchParams(
        Object.fromEntries(Object.entries(inQuery).map(([name, value]) => [name, textOf(value)])),
      ).toString();
      return {
        method: operation.method,
        path: query ? `${path}?${query}` : path,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      };
    });
}

/** Bodies, content types and methods that no contract has. */
function unreadable(operation: DescribedOperation, document: JsonSchema): fc.Arbitrary<SentCall> {
  const spoilt: fc.Arbitrary<Partial<SentCall>> = fc.oneof(
    fc
      .constantFrom('', '{', 'null', '[]', '"x"', '7', '{"a":1,}', '\u{FEFF}{}', '{"__proto__":{}}')
      .map((body) => ({ body })),
    fc.constantFrom(...contentTypes).map((type) => ({ headers: { 'content-type': type } })),
    fc.constantFrom('DELETE', 'PATCH', 'OPTIONS', 'TRACE').map((method) => ({ method, isAstray: true as const })),
    fc
      .constantFrom('%zz', '%ff', '%00', '?%zz', '/', '/..')
      .map((end) => ({ path: operation.path.replace(/\{\w+\}/g, 'a') + end, isAstray: true as const })),
  );
  return fc.tuple(asDescribed(operation, document), spoilt).map(([call, change]) => ({ ...call, ...change }));
}

const textOf = (value: unknown): string =>
  (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();

/** An empty one would be the path of another operation. */
const segment = (value: unknown): string => encodeURIComponent(textOf(value)) || 'empty';

const agent = new Agent({ keepAlive: true });

export interface ReceivedAnswer {
  readonly status: number;
  readonly type: string;
  readonly allow: string | undefined;
  readonly text: string;
}

export function send(address: string, { method, path, headers, body }: SentCall): Promise<ReceivedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedAnswer>();
  const { hostname, port } = new URL(address);
  const call = request({ agent, hostname, port, method, path, headers: withLength(headers, body) }, (answer) => {
    let text = '';
    const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    const end = () => resolve({ status: answer.statusCode ?? 0, type, allow: answer.headers.allow, text });
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [, data] = (type === 'text/event-stream' && /^data: (.*)\n/m.exec(text)) || [];
      if (data === undefined) return;
      // The first event of a stream is its answer: it may go on for long.
      text = data;
      end();
      answer.destroy();
    });
    answer.on('end', end);
  });
  call.on('error', reject);
  call.end(body);
  return promise;
}

const withLength = (headers: Readonly<Record<string, string>>, body: string | undefined) =>
  body === undefined ? {} : { ...headers, 'content-length': String(Buffer.byteLength(body)) };

/** Lets go of the connections. */
export const closeConnections = (): void => agent.destroy();
