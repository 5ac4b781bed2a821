import { sql } from 'kysely';
import { importCommunity, rent, residentId } from '../../demo/community.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { Stage } from './stage.ts';

export const communityId = 'oak-court';

/** Places of residents who cannot be invoiced. */
const unknown = 17;
const inTwoCurrencies = 500;
const tooMuch = 999;
const failing = 3;
const free = 20;
const banned = [40, 41, 42, 43, 44];

/** The fewest that all of these are different residents of. */
export const fewestResidents = 1_000;

/** What a month comes to, in minor units: each resident owes 100.00 plus 8 %, but for those who fail or owe nothing. */
export function expectedOf(residents: number) {
  const invoices = residents - failing - free;
  return { invoices, failing, free, banned: banned.length, receivable: invoices * 10_800, net: invoices * 10_000 };
}

/** A community of whom one has no account, one owes in two currencies, one too much, twenty nothing, and five are banned. */
export async function settle({ services, database }: Stage, residents: number): Promise<void> {
  const chargesOf = (place: number) => {
    if (place === inTwoCurrencies) return [rent, { ...rent, currency: 'USD' as const }];
    if (place === tooMuch) return [{ ...rent, unitPrice: 99_999_999 }];
    return place >= 100 && place < 100 + free ? [] : [rent];
  };
  const isUnknown = (place: number) => place === unknown;
  await importCommunity(services, database, { communityId, residents, chargesOf, isUnknown });
  for (const place of banned) {
    await services.customers.banCustomer({ customerId: residentId(communityId, place), reason: 'stolen cards' });
  }
  const copied = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from billing.customers_copy where status = 'banned'
    `.execute(database);
    return rows[0]?.count === banned.length;
  };
  if (!(await waitUntil(copied, { within: 60_000 }))) throw new Error('billing was not told of the bans in a minute');
}
