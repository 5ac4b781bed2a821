import fc from 'fast-check';
import { encodeEvent } from '../../events/integration-event.ts';
import { paymentProcessed } from './environment.ts';

const levels = 10_000;
const deepText = `${'['.repeat(levels)}${']'.repeat(levels)}`;
/** What `JSON.stringify` cannot write, because it is nested too deeply: put in by its text. */
const deep = '@deep@';

/** Meets no field of a payment. */
const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0.5, 1e21, 1e308, '', '\u0000', [], {}, deep),
  fc.constantFrom('x', '\ud800', '😀', '\\').map((text) => text.repeat(100_000)),
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'a'), fc.jsonValue()),
  fc.array(fc.jsonValue()),
);

const fields = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'correlationid',
  'causationid',
  'sequence',
  'data',
  'data.checkoutId',
  'data.orderId',
  'data.customerId',
  'data.paymentId',
  'data.amounts',
  'data.amounts.currency',
  'data.amounts.goods',
  'data.amounts.total',
];

/** An event whose one field is something else. */
const wrongField = fc.tuple(fc.constantFrom(...fields), wrongValue).map(([path, value]) => {
  const body = JSON.parse(encodeEvent(paymentProcessed()).toString());
  const names = path.split('.');
  const last = names.pop() ?? '';
  names.reduce((inner, name) => inner[name], body)[last] = value;
  return Buffer.from(JSON.stringify(body).replace(`"${deep}"`, deepText));
});

/** An event with some bytes turned into what is no UTF-8. */
const brokenText = fc.tuple(fc.nat(), fc.constantFrom(0xc0, 0xff, 0xfe, 0x80)).map(([place, byte]) => {
  const body = encodeEvent(paymentProcessed());
  body[place % body.length] = byte;
  return body;
});

/** An event that breaks off, which is no JSON any more. */
const cut = fc.nat().map((place) => {
  const body = encodeEvent(paymentProcessed());
  return body.subarray(0, place % body.length);
});

const unknownType = fc
  .oneof(fc.constantFrom('checkout.payment.processed.v2', 'checkout.payment.processed.v0', '__proto__'), fc.string())
  .map((type) => {
    const body = JSON.parse(encodeEvent(paymentProcessed()).toString());
    return Buffer.from(JSON.stringify({ ...body, type }));
  });

/** A body that no consumer of payments can take. */
export const hostileBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.constant(Buffer.from(deepText)),
  { arbitrary: wrongField, weight: 4 },
  brokenText,
  cut,
  unknownType,
);

const large = 10 * 1024 * 1024;
const within = (change: (text: string) => string) => Buffer.from(change(encodeEvent(paymentProcessed()).toString()));

/** Bodies of up to ten megabytes that no consumer of payments can take. */
export const largeBodies: readonly (() => Buffer)[] = [
  () => Buffer.alloc(large),
  () => Buffer.alloc(large, '['),
  () => Buffer.alloc(large, '[').fill(']', large / 2),
  () => Buffer.from(`{"id":"\\u0000${'\\'.repeat(large)}"}`),
  () => within((text) => text.replace('"USD"', `"${'x'.repeat(large)}"`)),
  () => within((text) => text.replace('.processed.v1"', `.processed${'x'.repeat(large)}.v1"`)),
  () => within((text) => text.replace('"currency"', `${manyFields()},"currency"`)),
];

function manyFields(): string {
  return Array.from({ length: 100_000 }, (_, index) => `"field${index}":1`).join(',');
}
