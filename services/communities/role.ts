import { httpServiceRole } from '../../platform/http/service.ts';
import { communitiesContract } from './contract.ts';
import { communitiesHandlers } from './server.ts';

export const role = httpServiceRole(communitiesContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: communitiesHandlers,
});
