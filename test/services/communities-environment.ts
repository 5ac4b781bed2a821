import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type CommunitiesClient, communitiesContract } from '../../services/communities/contract.ts';
import { communitiesHandlers } from '../../services/communities/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The communities on a database of their own, and their client. */
export interface CommunitiesEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly communities: CommunitiesClient;
}

export async function openCommunities(): Promise<CommunitiesEnvironment> {
  const service = await startInProcess<unknown>('communities', (database, options) =>
    serveHttp(communitiesContract, communitiesHandlers(database), options),
  );
  return { service, communities: createHttpClient(communitiesContract, { url: service.url }) };
}

/** A community in Berlin. */
export const oakCourt = {
  communityId: 'oak-court',
  timeZone: 'Europe/Berlin',
  billingDay: 1,
  dueDay: 31,
  manager: { name: 'Mary Manager', email: 'mary@example.org' },
};

/** 100.00 EUR plus 8 % a month. */
export const rent = { description: 'Rent', unitPrice: 10_000, taxRate: 800, currency: 'EUR' as const };
