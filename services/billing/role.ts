import { relayOutbox } from '../../events/relay-role.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import { billingContract } from './contract.ts';
import { billingHandlers } from './server.ts';

export const role = httpServiceRole(billingContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: billingHandlers,
  background: relayOutbox,
});
