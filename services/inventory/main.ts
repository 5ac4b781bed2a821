import { runHttpService } from '../../platform/http/service.ts';
import { inventoryContract } from './contract.ts';
import { expireReservations, inventoryHandlers } from './server.ts';

await runHttpService(inventoryContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: inventoryHandlers,
  background: expireReservations,
});
