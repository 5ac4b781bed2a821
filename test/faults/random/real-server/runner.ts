import { openClients } from '../../../clients.ts';
import setUp, { tearDown } from '../../../setup/system.ts';
import type { Runner } from '../test-cases.ts';
import { runOnRealServer } from './run-sequence.ts';

/** Starts a system of its own, and runs sequences on it. */
export async function openRealServer(): Promise<Runner> {
  await setUp();
  const clients = await openClients();
  return {
    givenUp: 0,
    sideBySide: 6,
    run: async (testCase) => {
      if (testCase.process !== 'sequence on a real server')
        throw new TypeError(`no sequence on a real server: ${testCase.process}`);
      return runOnRealServer(clients, testCase);
    },
    async close() {
      await clients.connection.close();
      await tearDown();
    },
  };
}
