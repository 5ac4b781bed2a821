import { afterEach, expect, test } from '@jest/globals';
import type { ApiClient } from '../../api/contract.ts';
import { apiContract } from '../../api/contract.ts';
import { FollowedProcess } from '../../client/followed-process.ts';
import { openFrontDoor, untilAnswered } from '../../client/front-door.ts';
import { definitionOf } from '../../client/process-kinds.ts';
import { listThroughDoor } from '../../client/process-pages.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Authenticate } from '../../platform/access/authenticator.ts';
import type { EventSource } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { silent } from './service-in-process.ts';

/** How the typed client of the front door bears with it, against one whose handlers each test says. */

let server: Running | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

type Handlers = { readonly [Name in keyof ApiClient]?: (input: never, context: never) => Promise<unknown> };

/** The token is the role of the caller. */
const byRole: Authenticate = async (authorization) => ({
  ...{ subject: 'person-1', issuer: 'test', roles: [String(authorization?.replace('Bearer ', ''))] },
});

async function open(handlers: Handlers, role = 'operator') {
  const absent = () => Promise.reject(new ServiceFailure('NotFound', 'no handler of this test'));
  const all = Object.keys(apiContract.operations).map((name) => [name, handlers[name as keyof Handlers] ?? absent]);
  server = await serveHttp(apiContract, Object.fromEntries(all) as never, { port: 0, logger: silent, access: byRole });
  return openFrontDoor({ API_URL: server.address }, async () => role);
}

const status = (state: string) => ({
  ...{ state, version: 'v', steps: [], undone: [], needsOperator: [], decisions: [] },
});
const event = (state: string, name = 'status') => ({ id: state, event: name, data: status(state) });
const tooMany = () => new ServiceFailure('RateLimited', 'too many', { retryAfterMilliseconds: 10 });

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const checkout = definitionOf('checkout');

test('a call too many waits for its turn', async () => {
  let calls = 0;
  const door = await open({
    listStock: async () => {
      calls += 1;
      if (calls < 3) throw tooMany();
      return { stock: [] };
    },
  });
  expect(await door.goods.listStock({})).toEqual({ stock: [] });
  expect(calls).toBe(3);
});

test('what takes longer than the front door waits is asked for again, and what is refused is not', async () => {
  let calls = 0;
  const answer = await untilAnswered(async () => {
    calls += 1;
    if (calls < 3) throw new ServiceFailure('DeadlineExceeded', 'it goes on');
    return 'done';
  });
  expect([answer, calls]).toEqual(['done', 3]);
  await expect(untilAnswered(() => Promise.reject(tooMany()))).rejects.toMatchObject({ type: 'RateLimited' });
});

test('a process is followed behind what was heard last, when the connection has broken off', async () => {
  const heard: (string | undefined)[] = [];
  const troubles: string[] = [];
  const first: EventSource = async function* () {
    yield event('running');
    throw new ServiceFailure('Unavailable', 'Temporal is away');
  };
  const second: EventSource = async function* () {
    yield event('in-review');
    yield event('completed', 'ended');
  };
  const door = await open({
    watchProcess: async (_: never, { lastEventId }: { lastEventId?: string }) => {
      heard.push(lastEventId);
      return heard.length === 1 ? first : second;
    },
  });
  const followed = new FollowedProcess(door, checkout, 'c-1');
  const states = await collect(followed.changes(({ message }) => troubles.push(message)));
  expect(states.map(({ state }) => state)).toEqual(['running', 'in-review', 'completed']);
  expect(heard).toEqual([undefined, 'running']);
  expect(troubles).toEqual(['Temporal is away']);
});

test('a watch that is over after a while is taken up again, and ends where the process has ended meanwhile', async () => {
  let watches = 0;
  let state = 'running';
  const door = await open({
    watchProcess: async (): Promise<EventSource> => {
      watches += 1;
      const isFirst = watches === 1;
      return async function* () {
        if (isFirst) yield event('running');
        else state = 'completed';
      };
    },
    readProcess: async () => status(state),
    readResult: async () => ({ outcome: 'completed', undone: [] }),
  });
  const followed = new FollowedProcess(door, checkout, 'c-1');
  expect(await followed.waitForResult()).toMatchObject({ outcome: 'completed' });
  expect(watches).toBe(2);
});

test('who may not look at every kind of process looks at their own, and is told whose it is not', async () => {
  const ids = { checkoutId: 'c-1', orderId: 'c-1' };
  const asked: string[] = [];
  const door = await open(
    {
      readCheckout: async () => {
        asked.push('readCheckout');
        return { ...ids, ...status('running') };
      },
      cancelCheckout: async () => ({ ...ids, outcome: 'cancelled', undone: [] }),
    },
    'customer',
  );
  const followed = new FollowedProcess(door, checkout, 'c-1');
  expect(await followed.status()).toMatchObject({ state: 'running' });
  expect(await followed.status()).not.toHaveProperty('version');
  expect(asked).toHaveLength(2);
  expect(await followed.cancel()).toMatchObject({ outcome: 'cancelled' });
  const dispute = new FollowedProcess(door, definitionOf('dispute'), 'dp_1');
  await expect(dispute.status()).rejects.toMatchObject({ type: 'Forbidden' });
});

test('a cancellation that was asked for and has come to its end meanwhile is told as it ended', async () => {
  let calls = 0;
  const door = await open({
    cancelProcess: async () => {
      calls += 1;
      if (calls === 1) throw new ServiceFailure('DeadlineExceeded', 'it goes on');
      throw new ServiceFailure('InvalidState', 'it has ended: cancelled');
    },
    watchProcess: async (): Promise<EventSource> =>
      async function* () {
        yield event('cancelled', 'ended');
      },
    readResult: async () => ({ outcome: 'cancelled', undone: ['cancel the order'] }),
  });
  const followed = new FollowedProcess(door, checkout, 'c-1');
  expect(await followed.cancel()).toMatchObject({ outcome: 'cancelled', undone: ['cancel the order'] });
  // Of another caller it had ended before.
  await expect(new FollowedProcess(door, checkout, 'c-1').cancel()).rejects.toMatchObject({ type: 'InvalidState' });
});

test('an id that is none of its kind is named before anything is asked', async () => {
  const door = await open({});
  expect(() => new FollowedProcess(door, checkout, 'a b')).toThrow(/^checkoutId: an id has/);
});

test('a list goes on page by page until there are as many as were asked for, or no more', async () => {
  const row = (index: number) => ({
    ...{ workflowId: `refund/r-${index}`, refundId: `r-${index}`, state: 'completed', needsOperator: false },
    startedAt: '2026-01-31T12:00:00.000Z',
  });
  const asked: unknown[] = [];
  const door = await open({
    listProcesses: async ({ limit, after }: { limit: number; after?: string }) => {
      asked.push([limit, after]);
      const from = Number(after ?? 0);
      // A page may be shorter than its limit.
      const processes = [row(from), row(from + 1)].slice(0, limit);
      return { processes, ...(from < 4 && { next: String(from + processes.length) }) };
    },
  });
  expect(await listThroughDoor(door, 'refund', { limit: 3 })).toHaveLength(3);
  expect(asked).toEqual([
    [3, undefined],
    [1, '2'],
  ]);
  expect(await listThroughDoor(door, 'refund', { limit: 10_000 })).toHaveLength(6);
});
