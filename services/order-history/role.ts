import { httpServiceRole } from '../../platform/http/service.ts';
import { orderHistoryContract } from './contract.ts';
import { orderHistoryHandlers } from './server.ts';

export const role = httpServiceRole(orderHistoryContract, {
  schema: 'order_history',
  migrations: new URL('./migrations', import.meta.url),
  handlers: orderHistoryHandlers,
});
