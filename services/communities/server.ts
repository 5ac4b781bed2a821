import type { Kysely } from 'kysely';
import { userCopyHandlers } from '../../events/consuming/user-copy.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { communitiesContract } from './contract.ts';
import * as store from './store.ts';

export function communitiesHandlers(database: Kysely<unknown>): HttpHandlers<typeof communitiesContract> {
  return {
    importCommunity: (community) => store.importCommunity(database, community),
    importResidents: ({ communityId, residents }) => store.importResidents(database, communityId, residents),
    findCommunity: ({ communityId }) => store.findCommunity(database, communityId),
    listBillable: (page) => store.listBillable(database, page),
    countBillable: (day) => store.countBillable(database, day),
    listResidents: (page) => store.listResidents(database, page),
    listResidences: async (of) => ({ residences: await store.listResidences(database, of) }),
    ...userCopyHandlers(database),
  };
}
