import { describe, expect, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { toDeadLetter, toReplay, toRetry } from '../../messaging/consuming/failed-message.ts';

const topology = describeStandardTopology({
  subscriptions: [{ name: 'tester', queue: 'tester.events.v1', events: [] }],
  retryTiers: [
    { label: '1s', milliseconds: 1_000 },
    { label: '2s', milliseconds: 2_000 },
  ],
});
const [queue] = topology.queues;
if (!queue) throw new Error('the topology has a queue');

const content = Buffer.from('{"a":1}');
const message = (headers?: Record<string, unknown>, properties: object = {}) =>
  ({
    content,
    fields: { exchange: 'events', routingKey: 'a.b.v1' },
    properties: { messageId: 'm-1', ...properties, headers },
  }) as ConsumeMessage;

const retryHeaders = (headers: Record<string, unknown> | undefined, error: unknown = new Error('it failed')) =>
  toRetry(message(headers), topology, queue, error)?.properties.headers as Record<string, unknown>;

describe('a message whose handling failed', () => {
  test('goes to the tier after the one that it comes from, and to no other once it was in all of them', () => {
    const routes = [undefined, 1, 2].map((attempt) =>
      toRetry(message({ 'x-attempt': attempt }), topology, queue, 'odd'),
    );
    expect(routes.map((one) => one?.routingKey)).toEqual([
      'tester.events.v1.retry.1s',
      'tester.events.v1.retry.2s',
      undefined,
    ]);
    expect(routes.map((one) => one?.properties.headers?.['x-attempt'])).toEqual([1, 2, undefined]);
  });

  test('goes straight to its queue, with its body and its id', () => {
    expect(toRetry(message({}), topology, queue, 'odd')).toMatchObject({
      exchange: 'integration.retry',
      content,
      properties: { messageId: 'm-1' },
    });
  });

  test('without any headers counts as new', () => {
    expect(retryHeaders(undefined)).toMatchObject({ 'x-attempt': 1, 'x-original-exchange': 'events' });
  });

  test('says where it was published and when it failed first', () => {
    const first = retryHeaders({});
    expect(first).toMatchObject({ 'x-original-exchange': 'events', 'x-original-routing-key': 'a.b.v1' });
    expect(new Date(first['x-first-failed-at'] as string).toISOString()).toBe(first['x-first-failed-at']);

    const earlier = {
      'x-original-exchange': 'elsewhere',
      'x-original-routing-key': 'c.d.v2',
      'x-first-failed-at': '2026-01-31T12:00:00.000Z',
    };
    expect(retryHeaders({ ...earlier, 'x-attempt': 1 })).toMatchObject(earlier);
  });
});

describe('the error of a failed message', () => {
  test('is told by its type, its message and the frames of its stack, without the message again', () => {
    const error = Object.assign(new TypeError('it failed'), {
      stack: 'TypeError: it failed\n    at one (a.ts:1)\n    at two (b.ts:2)',
    });
    expect(retryHeaders({}, error)).toMatchObject({
      'x-error-type': 'TypeError',
      'x-error-message': 'it failed',
      'x-error-stack': '    at one (a.ts:1)\n    at two (b.ts:2)',
    });
  });

  test('has frames even where nothing stands before them', () => {
    const error = Object.assign(new Error(''), { stack: '\n    at one (a.ts:1)' });
    expect(retryHeaders({}, error)['x-error-stack']).toBe('    at one (a.ts:1)');
  });

  test('is told as far as there is room for it', () => {
    const error = Object.assign(new Error('m'.repeat(501)), { stack: `Error\n    at ${'s'.repeat(3_000)}` });
    const headers = retryHeaders({}, error);
    expect(headers['x-error-message']).toBe(`${'m'.repeat(499)}…`);
    expect(headers['x-error-stack']).toBe(`    at ${'s'.repeat(2_000 - 7)}`);
  });

  test.each<[unknown, string, string]>([
    ['it failed', 'string', 'it failed'],
    [7, 'number', '7'],
    [null, 'object', 'null'],
    [{ stack: '\n    at one (a.ts:1)' }, 'object', '[object Object]'],
  ])('that is %p is told by its kind, without a stack', (error, type, text) => {
    const headers = retryHeaders({}, error);
    expect(headers).toMatchObject({ 'x-error-type': type, 'x-error-message': text });
    expect(headers['x-error-stack']).toBeUndefined();
  });

  test('without frames has no stack', () => {
    for (const stack of ['Error: it failed', undefined, 7]) {
      expect(retryHeaders({}, Object.assign(new Error('it failed'), { stack }))['x-error-stack']).toBeUndefined();
    }
  });
});

describe('a dead letter', () => {
  const parked = (headers: Record<string, unknown>) =>
    toDeadLetter(message(headers), topology, queue, 'conflict', new Error('it failed'));

  test('goes to the dead-letter exchange by the name of its queue, with the reason', () => {
    expect(parked({ 'x-attempt': 2 })).toMatchObject({
      exchange: topology.exchanges.dead,
      routingKey: 'tester.events.v1',
      content,
      properties: { headers: { 'x-dead-reason': 'conflict', 'x-attempt': 2, 'x-error-message': 'it failed' } },
    });
  });

  test('that was never tried again has no attempt', () => {
    expect(parked({}).properties.headers['x-attempt']).toBeUndefined();
  });
});

describe('a replay', () => {
  const failure = {
    'x-attempt': 2,
    'x-dead-reason': 'conflict',
    'x-first-failed-at': '2026-01-31T12:00:00.000Z',
    'x-error-type': 'Error',
    'x-error-message': 'it failed',
    'x-error-stack': '    at one (a.ts:1)',
  };
  const published = {
    traceparent: 'trace',
    'x-original-exchange': 'events',
    'x-original-routing-key': 'a.b.v1',
    'x-attempts': 1,
    'my-x-attempt': 1,
  };

  test('is the message as it was published, straight to its queue, with what is added', () => {
    const replay = toReplay(message({ ...published, ...failure }), topology, 'tester.events.v1', {
      'x-replay-of': 'r-1',
    });
    expect(replay).toEqual({
      exchange: 'integration.retry',
      routingKey: 'tester.events.v1',
      content,
      properties: { messageId: 'm-1', headers: { ...published, 'x-replay-of': 'r-1' } },
    });
  });

  test('of a message without headers has those that are added', () => {
    expect(toReplay(message(), topology, 'q', { 'x-replay-of': 'r-1' }).properties.headers).toEqual({
      'x-replay-of': 'r-1',
    });
  });
});
