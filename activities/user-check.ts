import type { CustomerId } from '../contracts/identifiers.ts';
import type { BucketChecksum } from '../contracts/read-copy.ts';
import type { CopyKeeper, userCopyOperations } from '../contracts/user-copy.ts';
import { parse } from '../contracts/validation.ts';
import type { CallOptions, InputOf, OutputOf } from '../platform/http/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import { type Comparison, type RepublishedPage, userCheckRequestSchema } from '../workflows/user-check/contract.ts';
import { callService } from './service-call.ts';

type Operations = typeof userCopyOperations;

/** What is asked of each service that keeps a copy. */
type CopyClient = {
  readonly [Name in keyof Operations]: (
    input: InputOf<Operations[Name]>,
    options?: CallOptions,
  ) => Promise<OutputOf<Operations[Name]>>;
};

type Services = Readonly<Record<CopyKeeper, CopyClient>> & {
  readonly customers: Pick<CustomersClient, 'checksums' | 'listUsers' | 'republish'>;
};

const pageSize = 1_000;

/** What the nightly check of the copies of the accounts calls. */
export function createUserCheckActivities(services: Services) {
  const { customers } = services;
  return {
    /**
     * In which parts the copy of a service differs. It reads the request by its schema first, since any Temporal client can
     * start the workflow.
     */
    async compareUsers(request?: unknown): Promise<Comparison> {
      return callService(async (options) => {
        const { service } = parse(userCheckRequestSchema, request ?? {});
        const accounts = (await customers.checksums({}, options)).buckets;
        const copies = (await services[service].copyChecksums({}, options)).buckets;
        return {
          service,
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
    /**
     * Removes from a part of the copy whom the customers service does not know.
     *
     * @returns how many were removed
     */
    async dropUnknownCopies({ service, bucket }: { service: CopyKeeper; bucket: number }): Promise<number> {
      return callService(async (options) => {
        const copy = services[service];
        // The copy first: an account is there before anybody is told of it, so none that is new is taken for unknown.
        const copied = await allOf(
          async (after) => (await copy.listCopies({ bucket, limit: pageSize, ...after }, options)).customerIds,
        );
        const known = new Set(
          await allOf(async (after) => {
            const { users } = await customers.listUsers({ bucket, limit: pageSize, ...after }, options);
            return users.map(({ customerId }) => customerId);
          }),
        );
        const unknown = copied.filter((id) => !known.has(id));
        let dropped = 0;
        for (let start = 0; start < unknown.length; start += pageSize) {
          const customerIds = unknown.slice(start, start + pageSize);
          dropped += (await copy.dropCopies({ customerIds }, options)).dropped;
        }
        return dropped;
      });
    },
  };
}

type After = { readonly after?: CustomerId };

/** The ids of all pages. */
async function allOf(read: (after: After) => Promise<readonly CustomerId[]>): Promise<CustomerId[]> {
  const all: CustomerId[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await read(last ? { after: last } : {});
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

/** The parts that are not the same on both sides, the first ones first. */
function differing(ones: readonly BucketChecksum[], others: readonly BucketChecksum[]): number[] {
  const [left, right] = [ones, others].map((side) => new Map(side.map(({ bucket, checksum }) => [bucket, checksum])));
  const parts = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  return [...parts].filter((part) => left?.get(part) !== right?.get(part)).sort((one, other) => one - other);
}
