import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { type CallContext, defineHttpContract, type EventSource } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'weather',
  version: '1.0.0',
  summary: 'Says how the weather is',
  operations: {
    watch: {
      method: 'GET',
      path: '/weather/:place',
      access: 'public',
      summary: 'The weather, again at each change',
      streams: true,
      input: z.strictObject({ place: z.string() }),
      output: z.object({ degrees: z.int() }),
      failures: ['NotFound'],
    },
  },
});

let server: Running | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function open(watch: (context: CallContext) => Promise<EventSource<{ degrees: number }>>) {
  server = await serveHttp(
    contract,
    { watch: (_, context) => watch(context) },
    { port: 0, logger: silent, access: 'everyone' },
  );
  return createHttpClient(contract, { url: server.address });
}

const event = (degrees: number) => ({ id: String(degrees), event: 'weather', data: { degrees } });

/** Until the signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('events come whole and in their order, however long they are', async () => {
  const client = await open(
    async () =>
      async function* () {
        for (let degrees = 0; degrees < 5_000; degrees++) yield event(degrees);
      },
  );
  const seen: number[] = [];
  for await (const { id, data } of await client.watch({ place: 'Hamburg' })) {
    expect(id).toBe(String(data.degrees));
    seen.push(data.degrees);
  }
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, degrees) => degrees));
});

test('who comes back says which event they have seen last', async () => {
  const contexts: CallContext[] = [];
  const client = await open(async (context) => {
    contexts.push(context);
    return async function* () {};
  });
  for await (const _ of await client.watch({ place: 'Hamburg' }, { lastEventId: '17' }));
  expect(contexts.map(({ lastEventId }) => lastEventId)).toEqual(['17']);
});

test('what fails before the first event is a problem, and after it the last event', async () => {
  const none = await open(() => Promise.reject(new ServiceFailure('NotFound', 'there is no such place')));
  await expect(none.watch({ place: 'Atlantis' })).rejects.toMatchObject({ type: 'NotFound' });
  await server?.stop();

  const client = await open(
    async () =>
      async function* () {
        yield event(1);
        throw new ServiceFailure('NotFound', 'the place is under water');
      },
  );
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { data } of await client.watch({ place: 'Atlantis' })) seen.push(data.degrees);
  })();
  await expect(watching).rejects.toMatchObject({ type: 'NotFound', message: 'the place is under water' });
  expect(seen).toEqual([1]);
});

test('events of another form are no answer', async () => {
  const client = await open(
    async () =>
      async function* () {
        yield { ...event(1), data: { degrees: 'warm' as never } };
      },
  );
  const watching = (async () => {
    for await (const _ of await client.watch({ place: 'Hamburg' }));
  })();
  await expect(watching).rejects.toMatchObject({ type: 'Internal' });
});

test('ends when nobody listens any more', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const client = await open(
    async () =>
      async function* (signal) {
        yield event(1);
        await aborted(signal);
        resolve();
      },
  );
  for await (const _ of await client.watch({ place: 'Hamburg' })) break;
  await ended;
  expect(server).toBeDefined();
});

test('ends when its server is stopped', async () => {
  const client = await open(
    async () =>
      async function* (signal) {
        yield event(1);
        await aborted(signal);
      },
  );
  const seen: number[] = [];
  for await (const { data } of await client.watch({ place: 'Hamburg' })) {
    seen.push(data.degrees);
    void server?.stop();
  }
  expect(seen).toEqual([1]);
});
