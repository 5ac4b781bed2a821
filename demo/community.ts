import { type Kysely, sql } from 'kysely';
import type { ServiceClients } from '../client/services.ts';
import { waitUntil } from '../parts/wait.ts';

/** What each resident owes a month: 100.00 EUR plus 8 %. */
export const rent = { description: 'Rent', unitPrice: 10_000, taxRate: 800, currency: 'EUR' as const };

type Charge = Omit<typeof rent, 'currency'> & { readonly currency: 'EUR' | 'USD' };

export interface CommunityPlan {
  readonly communityId: string;
  readonly residents: number;
  /** @default Europe/Berlin */
  readonly timeZone?: string;
  /** What a resident owes, by their place from 0. @default the rent, for everyone */
  readonly chargesOf?: (place: number) => readonly Charge[];
  /** Who has no account. @default none of them */
  readonly isUnknown?: (place: number) => boolean;
}

/** As many as an import takes at most. */
const pageSize = 1_000;
const copiedWithin = 600_000;

/** The id of a resident, by their place from 0; ids are in the order of the places. */
export const residentId = (communityId: string, place: number): string =>
  `${communityId}-${String(place).padStart(6, '0')}`;

/**
 * Imports a community with its residents and their accounts, and waits until billing's copy of the accounts has them.
 *
 * @param database one that reads the schema of billing
 * @throws when the copy is still behind after ten minutes
 */
export async function importCommunity(
  { customers, communities }: ServiceClients,
  database: Kysely<unknown>,
  {
    communityId,
    residents,
    timeZone = 'Europe/Berlin',
    chargesOf = () => [rent],
    isUnknown = () => false,
  }: CommunityPlan,
): Promise<void> {
  const manager = { name: 'Mary Manager', email: `manager@${communityId}.example.org` };
  await communities.importCommunity({ communityId, timeZone, billingDay: 1, dueDay: 31, manager });
  let accounts = 0;
  for (let first = 0; first < residents; first += pageSize) {
    const places = Array.from({ length: Math.min(pageSize, residents - first) }, (_, index) => first + index);
    const known = places.filter((place) => !isUnknown(place)).map((place) => residentId(communityId, place));
    await customers.importCustomers({ customers: known.map(accountOf) });
    await communities.importResidents({
      communityId,
      residents: places.map((place) => ({
        ...{ customerId: residentId(communityId, place), movedIn: '2025-01-01', charges: [...chargesOf(place)] },
      })),
    });
    accounts += known.length;
  }
  const isCopied = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from billing.customers_copy where customer_id like ${`${communityId}-%`}
    `.execute(database);
    return rows[0]?.count === accounts;
  };
  if (!(await waitUntil(isCopied, { within: copiedWithin, every: 250 }))) {
    throw new Error('billing did not have a copy of every account in ten minutes');
  }
}

/** The account of a resident. */
export const accountOf = (customerId: string) => ({
  ...{ customerId, name: `Resident ${customerId}`, email: `${customerId}@example.org`, country: 'DE' },
});
