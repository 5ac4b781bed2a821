import { runHttpService } from '../../platform/http/service.ts';
import { ledgerContract } from './contract.ts';
import { ledgerHandlers } from './server.ts';

await runHttpService(ledgerContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: ledgerHandlers,
});
