import type { CustomerId } from '../contracts/identifiers.ts';
import type { BucketChecksum } from '../contracts/read-copy.ts';
import type { BillingClient } from '../services/billing/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import type { Comparison, RepublishedPage } from '../workflows/user-check/contract.ts';
import { callService } from './service-call.ts';

interface Services {
  readonly customers: Pick<CustomersClient, 'checksums' | 'listUsers' | 'republish'>;
  readonly billing: Pick<BillingClient, 'copyChecksums'>;
}

const pageSize = 1_000;

/** What the nightly check of the copies of the accounts calls. */
export function createUserCheckActivities({ customers, billing }: Services) {
  return {
    /** In which parts the copy differs. */
    async compareUsers(): Promise<Comparison> {
      return callService(async (options) => {
        const accounts = (await customers.checksums({}, options)).buckets;
        const copies = (await billing.copyChecksums({}, options)).buckets;
        return {
          accounts: accounts.reduce((sum, { count }) => sum + count, 0),
          differing: differing(accounts, copies),
        };
      });
    },
    /** Publishes a page of the accounts of a part as they stand; once more when it is tried again, which changes nothing. */
    async republishUsers({ bucket, after }: { bucket: number; after?: string }): Promise<RepublishedPage> {
      return callService(async (options) => {
        const page = { bucket, limit: pageSize, ...(after && { after: after as CustomerId }) };
        const ids = (await customers.listUsers(page, options)).users.map(({ customerId }) => customerId);
        if (ids.length === 0) return { republished: 0 };
        const { republished } = await customers.republish({ customerIds: ids }, options);
        const last = ids.at(-1);
        return { republished, ...(ids.length === pageSize && last && { next: last }) };
      });
    },
  };
}

/** The parts that are not the same on both sides, the first ones first. */
function differing(ones: readonly BucketChecksum[], others: readonly BucketChecksum[]): number[] {
  const [left, right] = [ones, others].map((side) => new Map(side.map(({ bucket, checksum }) => [bucket, checksum])));
  const parts = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  return [...parts].filter((part) => left?.get(part) !== right?.get(part)).sort((one, other) => one - other);
}
