import { type DescField, type DescMessage, type JsonObject, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';

const short = ['', 'a', 'b', 'USD', 'GB', 'UK', '.', '\0', 'a\0b', '\u202e', '2026-01-31T12:00:00Z', '😀'.repeat(100)];
const long = ['X', '😀', '\u{1}'].map((character) => character.repeat(20_000));

const texts = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom(...short) },
  { weight: 1, arbitrary: fc.constantFrom(...long) },
  { weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()) },
);

const whole = (min: number, max: number) => fc.oneof(fc.constantFrom(0, 1, min, max), fc.integer({ min, max }));

const scalars: Readonly<Partial<Record<ScalarType, fc.Arbitrary<unknown>>>> = {
  [ScalarType.STRING]: texts,
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.INT32]: whole(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.UINT32]: whole(0, 2 ** 32 - 1),
  [ScalarType.INT64]: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  [ScalarType.DOUBLE]: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom('NaN', 'Infinity'),
  ),
};

/** Messages of the wire, whatever the rules say; some fields are left out. As protobuf's JSON writes them. */
export function messagesOf({ fields }: DescMessage): fc.Arbitrary<JsonObject> {
  return fc.record(Object.fromEntries(fields.map((field) => [field.jsonName, valuesOfField(field)])), {
    requiredKeys: [],
  }) as fc.Arbitrary<JsonObject>;
}

function valuesOfField(field: DescField): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case 'message':
      return messagesOf(field.message);
    case 'scalar':
      return valuesOfScalar(field.scalar);
    case 'list':
      return fc.array(field.listKind === 'message' ? messagesOf(field.message) : valuesOfElement(field), {
        maxLength: 4,
      });
    case 'map':
      return fc.dictionary(texts, valuesOfElement(field), { maxKeys: 4 });
    default:
      throw new Error(`${field.name} is of a kind that has no values here: ${field.fieldKind}`);
  }
}

function valuesOfElement({ scalar, name }: { readonly scalar?: ScalarType | undefined; readonly name: string }) {
  if (scalar === undefined) throw new Error(`the elements of ${name} are no scalars`);
  return valuesOfScalar(scalar);
}

function valuesOfScalar(type: ScalarType): fc.Arbitrary<unknown> {
  const values = scalars[type];
  if (!values) throw new Error(`there are no values of the type ${ScalarType[type]} here`);
  return values;
}
