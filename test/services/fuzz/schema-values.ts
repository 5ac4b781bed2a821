import fc from 'fast-check';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** What programs of strangers send: the wrong type, the wrong size, the wrong form. */
const hostileTexts = [
  ...['', ' ', '.', '..', '/', '%', '%zz', "'", '"', '\\', '-', '-1', '1e309', '0x10', 'null', 'NaN', '__proto__'],
  ...['\0', 'a\0b', '\ud83d', '\u202e', '😀'.repeat(100), 'x'.repeat(129), 'x'.repeat(5_000), 'UK', 'ZZ'],
  ...['0020-02-29T00:00:00Z', '9999-12-31T23:59:59Z', '2026-01-31T12:00:00+00:00', '2026-13-01T00:00:00Z'],
];

const hostileNumbers = [-1, 0, -0, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, 5e-324];

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts),
  fc.constantFrom<unknown>(...hostileNumbers),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], { __proto__: null, a: 1 }, nested(90), nested(200)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Few and short, so that calls meet what earlier ones have left behind. */
export const names = ['a', 'b', 'c-1', 'd.2', 'pm_card_visa', 'GB', 'DE', '1050', '4000'];

/**
 * Values that a JSON Schema describes; one node in `rarely` is something hostile instead.
 *
 * @param document where references lead to
 */
export function valuesOf(
  schema: JsonSchema,
  document: JsonSchema,
  rarely = Number.POSITIVE_INFINITY,
): fc.Arbitrary<unknown> {
  const inner = (each: unknown) => valuesOf(each as JsonSchema, document, rarely);
  const valid = describedBy(schema, document, inner);
  return Number.isFinite(rarely)
    ? fc.oneof({ weight: rarely, arbitrary: valid }, { weight: 1, arbitrary: hostile })
    : valid;
}

function describedBy(
  schema: JsonSchema,
  document: JsonSchema,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === 'string') return inner(resolve($ref, document));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  if (Array.isArray(allOf)) return inner(Object.assign({}, schema, { allOf: undefined }, ...allOf));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema['items'] ?? {}), { minLength: Number(schema['minItems'] ?? 0), maxLength: 4 });
    case 'object':
      return objects(schema, inner);
    default:
      return fc.jsonValue();
  }
}

function texts({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  const least = Number(minLength);
  const most = Math.max(least, Math.min(Number(maxLength), 400));
  if (format === 'email') return fc.emailAddress().filter((text) => /^[a-z]/.test(text));
  if (format === 'date-time') {
    const range = { min: new Date('2000-01-01'), max: new Date('2199-12-31'), noInvalidDate: true };
    return fc.date(range).map((date) => date.toISOString());
  }
  if (format === 'uri') return fc.webUrl();
  if (typeof pattern !== 'string')
    return fc.oneof(fc.constantFrom(...names), fc.string({ minLength: least, maxLength: most }));
  const form = new RegExp(pattern);
  const known = names.filter((name) => form.test(name));
  const any = fc.stringMatching(form);
  return known.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, any) : any;
}

function numbers({ type, minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.max(Number(minimum ?? -1e9), Number.MIN_SAFE_INTEGER);
  const max = Math.min(Number(maximum ?? 1e9), Number.MAX_SAFE_INTEGER);
  const small = fc.integer({ min: Math.ceil(min), max: Math.floor(Math.min(max, Math.ceil(min) + 20)) });
  const whole = fc.oneof(small, fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), fc.constantFrom(min, max));
  return type === 'integer' ? whole : fc.oneof(whole, fc.double({ min, max, noNaN: true }));
}

function objects(schema: JsonSchema, inner: (schema: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const requiredKeys = (schema['required'] ?? []) as string[];
  const listed = fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)])), {
    requiredKeys,
  });
  const others = schema['additionalProperties'];
  if (typeof others !== 'object') return listed;
  const keys = inner(schema['propertyNames'] ?? { type: 'string' }).map(String);
  return fc
    .tuple(listed, fc.dictionary(keys, inner(others), { maxKeys: 4 }))
    .map(([some, more]) => ({ ...some, ...more }));
}

function resolve(reference: string, document: JsonSchema): unknown {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}
