import { relayOutbox } from '../../events/outbox/relay-process.ts';
import { runHttpService } from '../../platform/http/service.ts';
import { customersContract } from './contract.ts';
import { customersHandlers } from './server.ts';

await runHttpService(customersContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: customersHandlers,
  background: (database, logger) => relayOutbox('customers', database, logger),
});
