import { apiContract } from '../../api/contract.ts';
import { serveApi } from '../../api/server.ts';
import { openClients } from '../clients.ts';
import { asTester } from '../identities.ts';
import { describeAnswers } from '../services/fuzz/documented-answers.ts';
import { silent } from '../services/service-in-process.ts';

/** A front door of its own, by which the tester does everything on the running system. */
async function start() {
  const { temporal, services, connection } = await openClients();
  const server = await serveApi(
    { temporal, services },
    {
      ...{ port: 0, logger: silent, access: asTester },
      protection: { callsPerMinute: 1_000_000, corsOrigins: [] },
    },
  );
  return {
    url: server.address,
    async stop() {
      await server.stop();
      await connection.close();
    },
  };
}

/** Other tests of the running system count the dead letters that they have parked, and what their checks of copies find. */
const { checkCopy: _, replayDeadLetters: __, discardDeadLetters: ___, ...operations } = apiContract.operations;

describeAnswers('api', { contract: { ...apiContract, operations }, start });
