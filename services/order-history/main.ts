import { runHttpService } from '../../platform/http/service.ts';
import { orderHistoryContract } from './contract.ts';
import { orderHistoryHandlers } from './server.ts';

await runHttpService(orderHistoryContract, {
  schema: 'order_history',
  migrations: new URL('./migrations', import.meta.url),
  handlers: orderHistoryHandlers,
});
