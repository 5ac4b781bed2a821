import { openClients } from '../../../clients.ts';
import setUp, { tearDown } from '../../../setup/system.ts';
import type { Player } from '../stories.ts';
import { liveOnRealServer } from './live.ts';

/** Starts a system of its own, and plays lives on it. */
export async function openRealServer(): Promise<Player> {
  await setUp();
  const clients = await openClients();
  return {
    givenUp: 0,
    sideBySide: 6,
    run: async (story) => {
      if (story.process !== 'life on a real server') throw new TypeError(`no life on a real server: ${story.process}`);
      return liveOnRealServer(clients, story);
    },
    async close() {
      await clients.connection.close();
      await tearDown();
    },
  };
}
