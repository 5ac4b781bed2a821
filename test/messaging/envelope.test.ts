import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defineConsumer } from '../../events/consumers.ts';
import { createEvent, decodeEvent, encodeEvent } from '../../events/integration-event.ts';
import { factHash } from '../../messaging/envelope/decoder.ts';
import { checkoutOf, paymentProcessed, placeOrder } from './environment.ts';

const bodyOf = (event: Parameters<typeof encodeEvent>[0]) => JSON.parse(encodeEvent(event).toString('utf8'));

describe('the envelope', () => {
  test('is a structured CloudEvent 1.0', () => {
    const event = {
      ...paymentProcessed('c-1'),
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };

    expect(bodyOf(event)).toEqual({
      specversion: '1.0',
      id: event.id,
      source: 'urn:durable-checkout:checkout',
      type: 'checkout.payment.processed.v1',
      subject: 'c-1',
      time: '2026-01-31T12:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:durable-checkout:schema:checkout.payment.processed.v1',
      correlationid: 'c-1',
      causationid: 'checkout/c-1',
      sequence: '0000000003',
      traceparent: event.traceparent,
      data: event.data,
    });
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 99_999 }), (sequence, total) => {
        const event = { ...paymentProcessed(undefined, 1_000 + total), sequence };
        expect(decodeEvent(encodeEvent(event))).toEqual(event);
      }),
    );
  });

  test('drops fields that a newer minor version may send', () => {
    const event = paymentProcessed();
    const body = { ...bodyOf(event), later: 1, data: { ...event.data, later: 1 } };
    expect(decodeEvent(Buffer.from(JSON.stringify(body)))).toEqual(event);
  });

  test('is read with null for what is absent, and with an offset of zero, as serializers of other languages write it', () => {
    const event = placeOrder('c-1');
    const body = {
      ...bodyOf(event),
      time: event.time.replace('Z', '+00:00'),
      datacontenttype: null,
      dataschema: null,
      traceparent: null,
      data: { ...event.data, acceptedTotal: null, onDecline: null, later: null },
    };
    const read = decodeEvent(Buffer.from(JSON.stringify(body)));
    expect(read).toEqual(event);
    expect(factHash(read)).toBe(factHash(event));
    expect(() => decodeEvent(Buffer.from(JSON.stringify({ ...body, subject: null })))).toThrow(/subject/);
    const without = { ...body, data: { ...event.data, country: null } };
    expect(() => decodeEvent(Buffer.from(JSON.stringify(without)))).toThrow(/country/);
  });

  test('is read with a byte order mark', () => {
    const event = paymentProcessed();
    expect(decodeEvent(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), encodeEvent(event)]))).toEqual(event);
  });

  test.each(['0020-02-29T00:00:00Z', '1999-12-31T23:59:59Z', '2200-01-01T00:00:00Z'])(
    'is not read with a time out of the range: %s',
    (time) => {
      const body = Buffer.from(JSON.stringify({ ...bodyOf(paymentProcessed()), time }));
      expect(() => decodeEvent(body)).toThrow(/time: a time lies from 2000-01-01T00:00:00Z on/);
    },
  );

  test('is not read with half of a character in a text, which would be stored as another one', () => {
    const body = JSON.stringify({ ...bodyOf(paymentProcessed()), later: 'half \ud83d' });
    expect(() => decodeEvent(Buffer.from(body))).toThrow('half of a surrogate pair');
    const event = paymentProcessed();
    const whole = JSON.stringify({ ...bodyOf(event), later: '😀' }).replace('😀', '\\ud83d\\ude00');
    expect(decodeEvent(Buffer.from(whole))).toEqual(event);
  });

  test('is read to a depth of 100 levels, and brackets in texts are none', () => {
    const event = paymentProcessed();
    const nested = (levels: number) =>
      Buffer.from(JSON.stringify({ ...bodyOf(event), later: JSON.parse('['.repeat(levels) + ']'.repeat(levels)) }));

    expect(decodeEvent(nested(99))).toEqual(event);
    expect(() => decodeEvent(nested(100))).toThrow('The message is nested more than 100 levels deep');
    const later = `\\"${'[{'.repeat(100)}`;
    expect(decodeEvent(Buffer.from(JSON.stringify({ ...bodyOf(event), later })))).toEqual(event);
  });

  test('is not read with a NUL in a text; the letters of its escape are no NUL', () => {
    const event = paymentProcessed();
    const body = (later: string) => Buffer.from(JSON.stringify({ ...bodyOf(event), later }));

    expect(() => decodeEvent(body('a\u0000b'))).toThrow('a text has the character U+0000');
    expect(decodeEvent(body('a\\u0000b'))).toEqual(event);
  });

  test('refuses data against the contract when it is made', () => {
    const { envelope, order } = checkoutOf();
    const make = () =>
      createEvent({ ...envelope, name: 'InventoryReleased', sequence: 1, data: { ...order, reservationId: '' } });
    expect(make).toThrow(/reservationId/);
  });
});

describe('the id', () => {
  const make = (change: object) => {
    const { envelope, order } = checkoutOf('c-1');
    const data = { ...order, reservationId: 'c-1' };
    return createEvent({ ...envelope, name: 'InventoryReleased', sequence: 5, data, ...change });
  };

  test('depends on origin, sequence and type alone', () => {
    const { id } = make({});
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(make({ time: '2027-01-01T00:00:00Z', correlationId: 'x', subject: 'x' }).id).toBe(id);
    const others = [make({ origin: 'checkout/c-2' }), make({ sequence: 6 }), paymentProcessed('c-1')];
    expect(new Set([id, ...others.map((other) => other.id)]).size).toBe(4);
  });

  test('goes with a hash of what is stated, not of when it was recorded', () => {
    const event = make({});
    expect(factHash(make({ time: '2027-01-01T00:00:00Z' }))).toBe(factHash(event));
    expect(factHash({ ...event, subject: 'c-2' })).not.toBe(factHash(event));
  });
});

test('a consumer has a handler for each of its events and for no other: the compiler sees to it', () => {
  const define = defineConsumer<Record<never, never>>();
  const handler = async () => undefined;
  const handlers = { PaymentProcessed: handler, OrderRefunded: handler };
  const subscription = { name: 'x', queue: 'x.v1', events: ['PaymentProcessed', 'OrderRefunded'] } as const;

  expect(define({ ...subscription, handlers }).events).toEqual(Object.keys(handlers));
  // @ts-expect-error a handler is missing
  define({ ...subscription, handlers: { PaymentProcessed: handler } });
  // @ts-expect-error an event that does not exist
  define({ ...subscription, handlers: { ...handlers, PaymentImagined: handler } });
  // @ts-expect-error an event that is not subscribed to
  define({ ...subscription, handlers: { ...handlers, OrderPlaced: handler } });
  // @ts-expect-error a subscription to an event that does not exist
  define({ name: 'x', queue: 'x.v1', events: ['PaymentImagined'], handlers: { PaymentImagined: handler } });
});
