import { httpServiceRole } from '../../platform/http/service.ts';
import { ledgerContract } from './contract.ts';
import { ledgerHandlers } from './server.ts';

export const role = httpServiceRole(ledgerContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: ledgerHandlers,
});
