import { describe, expect, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import fc from 'fast-check';
import { archivedMessage } from '../../services/dead-letters/archived-message.ts';
import { readBody } from '../../services/dead-letters/body.ts';

const message = (headers: object, content = Buffer.from('{}'), properties: object = {}) =>
  ({ content, fields: {}, properties: { ...properties, headers } }) as unknown as ConsumeMessage;

const names = [
  'x-dead-reason',
  'x-error-type',
  'x-error-message',
  'x-error-stack',
  'x-attempt',
  'x-first-failed-at',
  'x-original-exchange',
  'x-replay-of',
  'x-death',
  'traceparent',
];
const attributes = ['id', 'type', 'subject', 'correlationid', 'traceparent'];
const value = fc.oneof(fc.anything({ maxDepth: 3 }), fc.string({ unit: 'binary' }), fc.string({ minLength: 5_000 }));
const headers = fc.dictionary(fc.constantFrom(...names), value);
const content = fc.oneof(
  fc.uint8Array().map(Buffer.from),
  fc.dictionary(fc.constantFrom(...attributes), fc.jsonValue()).map((event) => Buffer.from(JSON.stringify(event))),
);

describe('any dead message', () => {
  test('can be described with texts that the database takes', () => {
    fc.assert(
      fc.property(headers, content, (headers, content) => {
        const { properties: _, body, ...described } = archivedMessage(message(headers, content), 'q.v1');
        expect(body).toBe(content);
        for (const fact of Object.values(described)) {
          if (typeof fact === 'string') {
            expect(fact).not.toContain('\0');
            expect(fact.length).toBeLessThanOrEqual(4_000);
          }
        }
        if (described.firstFailedAt) expect(described.firstFailedAt).toMatch(/^\d{4}-/);
        expect(described.attempts).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  test('has a body that can be shown and, where it is shown as text or bytes, be had back', () => {
    fc.assert(
      fc.property(content, (content) => {
        const body = readBody(content);
        if (body.encoding === 'text') expect(Buffer.from(body.content)).toEqual(content);
        else if (body.encoding === 'base64') expect(Buffer.from(body.content, 'base64')).toEqual(content);
        else expect(body.content).toEqual(JSON.parse(content.toString('utf8')));
      }),
    );
  });
});

test('a number that JSON does not know holds up no dead message', () => {
  const known = ({ properties }: { properties: string }) => JSON.parse(properties).headers;
  for (const number of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
    expect(known(archivedMessage(message({ ratio: number, list: [number] }), 'q.v1'))).toEqual({
      ratio: null,
      list: [null],
    });
  }
});

describe('an occurrence', () => {
  const occurrence = (headers: object, content = '{}', queue = 'q.v1') =>
    archivedMessage(message(headers, Buffer.from(content)), queue).occurrence;
  const failed = { 'x-dead-reason': 'unreadable', 'x-first-failed-at': '2026-01-31T12:00:00.000Z' };

  test('stays the same however often the message is delivered', () => {
    expect(occurrence({ ...failed, 'x-delivery-count': 3, 'x-acquired-count': 4 })).toBe(occurrence(failed));
  });

  test('is another one for another failure, message or queue', () => {
    const all = [
      occurrence(failed),
      occurrence({ ...failed, 'x-first-failed-at': '2026-01-31T12:00:00.001Z' }),
      occurrence({ ...failed, 'x-replay-of': 1 }),
      occurrence(failed, '[]'),
      occurrence(failed, '{}', 'other.v1'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

test.each([
  ['delivery_limit', 'delivery-limit'],
  ['maxlen', 'maxlen'],
])(
  'what the broker itself moved (%s) has the reason %s, whatever an earlier failure had said',
  (reason, deadReason) => {
    const last = {
      reason,
      exchange: 'events',
      'routing-keys': ['a.b'],
      time: { '!': 'timestamp', value: 1_769_860_800 },
    };
    const earlier = { reason: 'expired', exchange: '', 'routing-keys': ['q.retry.5s'] };
    const headers = { 'x-death': [last, earlier], 'x-first-death-reason': 'expired', 'x-dead-reason': 'conflict' };

    expect(archivedMessage(message(headers), 'q.v1')).toMatchObject({
      deadReason,
      exchange: 'events',
      routingKey: 'a.b',
      firstFailedAt: '2026-01-31T12:00:00.000Z',
    });
  },
);
