import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Clients, openClients } from '../clients.ts';
import { inTurns } from '../faults/in-turns.ts';
import { runOnRealServer } from '../faults/random/real-server/run-sequence.ts';
import { serverSequences } from '../faults/random/real-server/sequence.ts';

let clients: Clients;

beforeAll(async () => {
  clients = await openClients();
});

afterAll(() => clients?.connection.close());

/** Always the same ones; `npm run random-faults -- --resets` leads others. */
const runs = 12;
const seed = 7;

test('whatever people do to an id, with Temporal’s own means too, it leaves everything as one run would have', async () => {
  const sampled = fc.sample(serverSequences, { seed, numRuns: runs });
  const verdicts = await inTurns(sampled, 6, (sequence) => runOnRealServer(clients, sequence));
  const broken = verdicts.flatMap(({ problems }, index) =>
    problems.length > 0 ? [{ problems, sequence: sampled[index] }] : [],
  );
  expect(broken).toEqual([]);
}, 240_000);
