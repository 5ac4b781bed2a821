import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Info } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { callService } from '../../activities/service-call.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { ordersContract } from '../../services/orders/contract.ts';

const now = new Date('2026-01-01T00:00:00Z').getTime();

/** An activity that was scheduled a moment ago, as far as the clock of this test is concerned. */
const activity = (info: Partial<Info> = {}) =>
  new MockActivityEnvironment(
    {
      workflowExecution: { workflowId: 'checkout/c-1', runId: 'r' },
      startToCloseTimeoutMs: 15_000,
      scheduleToCloseTimeoutMs: 300_000,
      scheduledTimestampMs: Date.now(),
      ...info,
    },
    { logger: new DefaultLogger('ERROR') },
  );

describe('with a clock that stands', () => {
  const onlyThese: Parameters<typeof jest.useFakeTimers>[0] = {
    now,
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'performance'],
  };

  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([
    ['all of the attempt', {}, 14_750],
    ['what is left for all attempts', { scheduledTimestampMs: now - 296_000 }, 3_750],
    ['what suffices to ask, at the very end', { scheduledTimestampMs: now - 299_900 }, 250],
    ['the attempt, where all attempts have no end', { scheduleToCloseTimeoutMs: 0, scheduledTimestampMs: 1 }, 14_750],
    ['what is left for all, where the attempt has no end', { startToCloseTimeoutMs: 0 }, 299_750],
    ['the attempt, where the clock of Temporal is ahead', { scheduledTimestampMs: now + 900_000 }, 14_750],
    ['as much of a local activity', { isLocal: true, startToCloseTimeoutMs: 2_000 }, 1_750],
  ])('a call is given %s, but for what the answer needs', async (_, info, timeoutMilliseconds) => {
    jest.useFakeTimers(onlyThese);
    const given = await activity({ scheduledTimestampMs: now, ...info }).run(() =>
      callService(async (options) => options),
    );
    expect(given).toMatchObject({ timeoutMilliseconds, correlationId: 'c-1' });
  });

  test.each([
    ['an activity with a heartbeat time-out', { heartbeatTimeoutMs: 5_000 }, 3],
    ['one without', {}, 0],
    ['one of which Temporal says that it is none', { heartbeatTimeoutMs: 0 }, 0],
    ['a local one', { isLocal: true }, 0],
  ])('%s heartbeats once a second until its call has ended', async (_, info, expected) => {
    jest.useFakeTimers(onlyThese);
    const environment = activity(info);
    let heartbeats = 0;
    environment.on('heartbeat', () => heartbeats++);
    const answer = Promise.withResolvers<string>();
    const running = environment.run(() => callService(() => answer.promise));
    jest.advanceTimersByTime(3_500);
    expect(heartbeats).toBe(expected);
    answer.resolve('done');
    expect(await running).toBe('done');
    jest.advanceTimersByTime(10_000);
    expect(heartbeats).toBe(expected);
  });

  test('no heartbeat comes after a call that failed', async () => {
    jest.useFakeTimers(onlyThese);
    const environment = activity({ heartbeatTimeoutMs: 5_000 });
    let heartbeats = 0;
    environment.on('heartbeat', () => heartbeats++);
    const running = environment.run(() => callService(() => Promise.reject(new Error('broken'))));
    await expect(running).rejects.toThrow('broken');
    jest.advanceTimersByTime(10_000);
    expect(heartbeats).toBe(0);
  });
});

describe('over HTTP', () => {
  async function answering(listener: RequestListener, failuresToOpen = 1_000) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const orders = createHttpClient(ordersContract, { url, failuresToOpen, halfOpenAfterMilliseconds: 60_000 });
    return {
      findOrder: (environment = activity()) =>
        environment.run(() => callService((options) => orders.findOrder({ orderId: 'o-1' as never }, options))),
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test('a cancellation of the activity closes the connection at once', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    await using service = await answering((request) => arrived.resolve(request));
    const environment = activity({ heartbeatTimeoutMs: 5_000 });
    const running = service.findOrder(environment);
    const request = await arrived.promise;
    const closed = once(request.socket, 'close');
    environment.cancel();
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    await closed;
  });

  test('the service is told the time that the activity has left', async () => {
    const told: unknown[] = [];
    await using service = await answering((request, response) => {
      told.push(request.headers['x-timeout-milliseconds'], request.headers['x-correlation-id']);
      response.writeHead(500).end();
    });
    // Less than the client's own time-out, and nothing left but what suffices to ask.
    const late = activity({ startToCloseTimeoutMs: 2_000, scheduledTimestampMs: Date.now() - 300_000 });
    await expect(service.findOrder(late)).rejects.toMatchObject({ type: 'Internal' });
    expect(told).toEqual([expect.stringMatching(/^2[0-5]\d$/), 'c-1']);
  });

  test('while the circuit is open the activity fails at once, and is tried again when it half opens', async () => {
    let calls = 0;
    await using service = await answering((_, response) => {
      calls++;
      response.writeHead(500).end();
    }, 3);
    for (let call = 0; call < 3; call++) {
      await expect(service.findOrder()).rejects.toMatchObject({ type: 'Internal', nextRetryDelay: undefined });
    }
    const refused = await service.findOrder().catch((error: unknown) => error);
    expect(refused).toMatchObject({ type: 'Unavailable', nonRetryable: false, nextRetryDelay: expect.any(Number) });
    const { nextRetryDelay } = refused as { nextRetryDelay: number };
    expect(nextRetryDelay).toBeGreaterThan(0);
    expect(nextRetryDelay).toBeLessThanOrEqual(60_000);
    expect(calls).toBe(3);
  });

  test.each([
    [429, 'RateLimited', '7'],
    [503, 'Unavailable', '7'],
  ])('an answer of %d is asked for again after the time that it tells', async (status, type, retryAfter) => {
    await using service = await answering((_, response) => {
      response.writeHead(status, { 'retry-after': retryAfter }).end();
    });
    await expect(service.findOrder()).rejects.toMatchObject({ type, nonRetryable: false, nextRetryDelay: 7_000 });
  });
});
