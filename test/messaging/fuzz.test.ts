import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import fc from 'fast-check';
import { encodeEvent } from '../../events/integration-event.ts';
import { paymentProcessed } from './environment.ts';
import { type FuzzTest, openFuzzTest } from './fuzz-environment.ts';
import { hostileBody, largeBodies } from './hostile-bodies.ts';
import { type RawMessage, type RawValue, raw } from './raw-message.ts';

const reasons = ['unreadable', 'unknown-type', 'unknown-version', 'invalid-data', 'forged'];

let run: FuzzTest;

beforeAll(async () => {
  run = await openFuzzTest();
});

afterAll(() => run.close());

/** Sends unreadable messages with a payment among them, and expects all of them parked and the payment posted. */
async function expectParked(messages: readonly RawMessage[]): Promise<ConsumeMessage[]> {
  const good = paymentProcessed();
  for (const message of messages) run.send(message);
  run.sendEvent(good);
  const parked = await run.parked(messages.length);
  await run.handled([good]);
  expect(parked).toHaveLength(messages.length);
  for (const { properties } of parked) {
    expect(reasons).toContain(properties.headers?.['x-dead-reason']);
    expect(properties.headers?.['x-error-message']).toMatch(/^The |^There |^This /);
  }
  expect(run.isAlive()).toBe(true);
  expect(run.connections()).toBe(1);
  return parked;
}

const inOrder = (bodies: readonly Buffer[]) => bodies.map((body) => body.toString('base64')).sort();

test('whatever the body is, it is parked as it came, with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostileBody, { minLength: 20, maxLength: 60 }), async (bodies) => {
      const parked = await expectParked(bodies.map((body) => ({ body })));
      expect(inOrder(parked.map(({ content }) => content))).toEqual(inOrder(bodies));
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

test('bodies of ten megabytes are parked, and the memory of the consumer stays within bounds', async () => {
  await expectParked([{ body: Buffer.from('{}') }]);
  const before = run.memory().now;

  for (const makeBody of largeBodies) await expectParked([{ body: makeBody() }]);

  const { now, most } = run.memory();
  expect(most - before).toBeLessThan(800);
  expect(now - before).toBeLessThan(500);
});

/** A value within a value within …, with nothing at its end. */
function nested(levels: number, wrap: (inner: RawValue) => RawValue): RawValue {
  let value: RawValue = raw.nothing;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

const noText = Buffer.alloc(255, 0xff);

const hostileHeaders: Readonly<Record<string, () => Omit<RawMessage, 'body'>>> = {
  'a table in a table': () => ({ headers: [['outer', nested(3, (inner) => raw.table([['inner', inner]]))]] }),
  'a prototype': () => ({ headers: [['__proto__', raw.table([['x-attempt', raw.long(99n)]])]] }),
  '64 KiB in one header': () => ({ headers: [['large', raw.text('x'.repeat(65_536))]] }),
  '100 KiB in many headers': () => ({
    headers: Array.from({ length: 1_000 }, (_, index) => [`header-${index}`, raw.text('x'.repeat(85))] as const),
  }),
  'a name that is no UTF-8': () => ({ headers: [[noText, raw.text(noText)]] }),
  'a negative attempt': () => ({ headers: [['x-attempt', raw.long(-5n)]] }),
  'half an attempt': () => ({ headers: [['x-attempt', raw.double(0.5)]] }),
  'an attempt in words': () => ({ headers: [['x-attempt', raw.text('many')]] }),
  'an enormous attempt': () => ({ headers: [['x-attempt', raw.long(2n ** 63n - 1n)]] }),
  'an enormous number': () => ({ headers: [['number', raw.double(-1e300)]] }),
  'the lowest of all numbers': () => ({ headers: [['number', raw.long(-(2n ** 63n))]] }),
  'a time without end': () => ({ headers: [['at', raw.time(2n ** 64n - 1n)]], timestamp: 2n ** 64n - 1n }),
  'a value with a type of its own': () => ({ headers: [['typed', raw.table([['!', raw.text('nothing')]])]] }),
  bytes: () => ({ headers: [['bytes', raw.bytes(noText)]] }),
  'an id that is no UTF-8': () => ({ messageId: noText }),
  'a forged reason': () => ({ headers: [['x-dead-reason', raw.table([])]] }),
  'a forged origin': () => ({ headers: [['x-original-exchange', raw.list([])]] }),
  'a forged death': () => ({ headers: [['x-death', raw.text('never')]] }),
};

/** The client library reads none of the properties then, and with them not who the publisher is. */
const unreadableHeaders: Readonly<Record<string, () => Omit<RawMessage, 'body'>>> = {
  'tables 5,000 levels deep': () => ({ headers: [['outer', nested(5_000, (inner) => raw.table([['a', inner]]))]] }),
  'lists 9,000 levels deep': () => ({ headers: [['outer', nested(9_000, (inner) => raw.list([inner]))]] }),
};

test.each(Object.entries(unreadableHeaders))('%s in the headers park the message', async (_, make) => {
  const body = encodeEvent(paymentProcessed());

  const [parked] = await expectParked([{ body, ...make() }]);

  expect(parked?.properties.headers).toMatchObject({ 'x-dead-reason': 'forged' });
  expect(parked?.content.equals(body)).toBe(true);
});

test.each(Object.entries(hostileHeaders))(
  '%s in the headers harms neither an event nor its parking',
  async (name, make) => {
    const properties = make();
    const good = paymentProcessed();
    run.send({ body: encodeEvent(good), ...properties });
    await run.handled([good]);

    const [parked] = await expectParked([{ body: Buffer.from(name), ...properties }]);

    expect(parked?.content.toString()).toBe(name);
  },
);
