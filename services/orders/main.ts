import { runHttpService } from '../../platform/http/service.ts';
import { ordersContract } from './contract.ts';
import { ordersHandlers } from './server.ts';

await runHttpService(ordersContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: ordersHandlers,
});
