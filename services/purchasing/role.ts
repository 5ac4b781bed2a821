import type { Kysely } from 'kysely';
import { relayOutbox } from '../../events/relay-role.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import type { RoleContext } from '../../platform/role.ts';
import { purchasingContract } from './contract.ts';
import { purchasingHandlers } from './server.ts';
import { readPurchasingSettings } from './settings.ts';

export const role = httpServiceRole(purchasingContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: (database: Kysely<unknown>, { environment }: RoleContext) =>
    purchasingHandlers(database, readPurchasingSettings(environment)),
  background: relayOutbox,
});
