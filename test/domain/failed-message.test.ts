import { describe, expect, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { toDeadLetter, toRetry } from '../../messaging/consuming/failed-message.ts';

const topology = describeStandardTopology({
  subscriptions: [{ name: 'tester', queue: 'tester.events.v1', events: [] }],
  retryTiers: [
    { label: '1s', milliseconds: 1_000 },
    { label: '2s', milliseconds: 2_000 },
  ],
});
const [queue] = topology.queues;
if (!queue) throw new Error('the topology has a queue');

const message = (headers: Record<string, unknown>, properties: object = {}) =>
  ({
    content: Buffer.from('{}'),
    fields: { exchange: 'events', routingKey: 'a.b.v1' },
    properties: { headers, ...properties },
  }) as ConsumeMessage;
const error = new Error('it failed');
const parked = (headers: Record<string, unknown>, properties?: object) =>
  toDeadLetter(message(headers, properties), topology, queue, 'retries-exhausted', error).properties;

test.each([undefined, -1, 0, 0.5, Number.NaN, '1', { 1: 1 }, [1]])('the attempt %p counts as none', (attempt) => {
  const retry = toRetry(message({ 'x-attempt': attempt }), topology, queue, error);
  expect(retry).toMatchObject({ routingKey: 'tester.events.v1.retry.1s', properties: { headers: { 'x-attempt': 1 } } });
});

test.each([2, 3, 1e15])('after the attempt %p there is no other', (attempt) => {
  expect(toRetry(message({ 'x-attempt': attempt }), topology, queue, error)).toBeUndefined();
});

describe('of the properties', () => {
  test('those that can be written again go along', () => {
    const kept = { messageId: 'm', type: 't', correlationId: 'c', appId: 'a', contentType: 'x/y', timestamp: 1 };
    expect(parked({ traceparent: 'trace', flag: true, count: -7 }, kept)).toMatchObject({
      ...kept,
      headers: { traceparent: 'trace', flag: true, count: -7, 'x-dead-reason': 'retries-exhausted' },
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a table', { odd: { a: 1 } }],
    ['a list', { odd: [1] }],
    ['bytes', { odd: Buffer.from('x') }],
    ['a number that is none', { odd: Number.NaN }],
    ['an enormous number', { odd: -1e300 }],
    ['a text of 5,000 bytes', { odd: 'é'.repeat(2_500) }],
    ['a name of 256 bytes', { [`odd${'x'.repeat(253)}`]: 1 }],
    ['an order to send copies', { CC: 'odd' }],
    ['an order to send hidden copies', { BCC: 'odd' }],
    ["a broker's note", { 'x-first-death-queue': 'odd' }],
  ])('%s is left out', (_, headers) => {
    expect(Object.keys(parked(headers).headers).filter((name) => name in headers)).toEqual([]);
  });

  test('a text that is too long for a property is left out, and an id is made', () => {
    const { messageId, ...others } = parked(
      {},
      { messageId: 'é'.repeat(128), type: 'x'.repeat(256), timestamp: 2 ** 64 },
    );
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(others).toEqual({ headers: expect.anything() });
  });

  test('no more than 16 KiB of headers go along', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`header-${index}`, 'x'.repeat(90)]));
    const kept = Object.keys(parked(many).headers).filter((name) => name.startsWith('header-'));
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(200);
  });
});
