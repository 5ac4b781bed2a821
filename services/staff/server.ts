import type { Kysely } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { actorOf } from '../../platform/access/principal.ts';
import type { CallContext, HttpHandlers } from '../../platform/http/contract.ts';
import type { staffContract } from './contract.ts';
import { delegate, endDelegation, findDelegation } from './delegations.ts';
import * as store from './store.ts';

export function staffHandlers(database: Kysely<unknown>): HttpHandlers<typeof staffContract> {
  return {
    importStaff: ({ people }) => store.importStaff(database, people),
    findPerson: ({ personId }) => store.findPerson(database, personId),
    listPeople: async (page) => ({ people: await store.listPeople(database, page) }),
    findApprovers: async ({ roles }) => ({ approvers: await store.findApprovers(database, roles) }),
    delegate: async (draft, context) => {
      const by = actorOf(context);
      requireLender(draft, by, context);
      return delegate(database, draft, by);
    },
    endDelegation: async ({ delegationId }, context) => {
      const by = actorOf(context);
      requireLender(await findDelegation(database, delegationId), by, context);
      return endDelegation(database, delegationId, by);
    },
  };
}

/**
 * A person lends what is theirs; an operator records it for others, and never to their own advantage.
 *
 * @throws {ServiceFailure} `Forbidden`
 */
function requireLender(
  { from, to }: { readonly from: string; readonly to: string },
  by: string,
  { principal }: Pick<CallContext, 'principal'>,
): void {
  if (by === from || (principal?.roles.includes('operator') && by !== to)) return;
  const why = by === to ? 'a person cannot take the roles of another one' : 'an operator records it for others';
  throw new ServiceFailure('Forbidden', `${by} cannot lend or take back the roles of ${from}: ${why}`, {
    field: 'from',
  });
}
