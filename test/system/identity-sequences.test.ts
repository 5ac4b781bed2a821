import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Clients, openClients } from '../clients.ts';
import { inTurns } from '../faults/in-turns.ts';
import { realLives } from '../faults/random/real-server/life.ts';
import { liveOnRealServer } from '../faults/random/real-server/live.ts';

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
});

afterAll(() => clients?.connection.close());

/** Always the same ones; `npm run random-faults -- --resets` leads others. */
const runs = 12;
const seed = 7;

test('whatever people do to an id, with Temporal’s own means too, it leaves everything as one run would have', async () => {
  const told = fc.sample(realLives, { seed, numRuns: runs });
  const endings = await inTurns(told, 6, (life) => liveOnRealServer(clients, life));
  const broken = endings.flatMap(({ problems }, index) =>
    problems.length > 0 ? [{ problems, life: told[index] }] : [],
  );
  expect(broken).toEqual([]);
}, 240_000);
