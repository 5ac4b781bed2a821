import { httpServiceRole } from '../../platform/http/service.ts';
import { staffContract } from './contract.ts';
import { staffHandlers } from './server.ts';

export const role = httpServiceRole(staffContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: staffHandlers,
});
