import { httpServiceRole } from '../../platform/http/service.ts';
import { ordersContract } from './contract.ts';
import { ordersHandlers } from './server.ts';

export const role = httpServiceRole(ordersContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: ordersHandlers,
});
