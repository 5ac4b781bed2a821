import type { Kysely } from 'kysely';
import { relayOutbox } from '../../events/relay-role.ts';
import { httpServiceRole } from '../../platform/http/service.ts';
import { readSealedTexts } from '../../platform/payloads/sealed-texts.ts';
import type { RoleContext } from '../../platform/role.ts';
import { payrollContract } from './contract.ts';
import { readEmployer } from './employer.ts';
import { payrollHandlers } from './server.ts';

export const role = httpServiceRole(payrollContract, {
  migrations: new URL('./migrations', import.meta.url),
  handlers: (database: Kysely<unknown>, { environment }: RoleContext) =>
    payrollHandlers(database, readSealedTexts(environment), readEmployer(environment)),
  background: relayOutbox,
});
