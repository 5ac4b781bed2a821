import { relayOutbox } from '../../events/relay-role.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import { customersContract } from './contract.ts';
import { customersHandlers } from './server.ts';

export const role = httpServiceRole(customersContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: customersHandlers,
  background: relayOutbox,
});
