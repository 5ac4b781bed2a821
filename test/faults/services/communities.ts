import { ServiceFailure } from '../../../contracts/failures.ts';
import { monthlyInvoicingRefusals } from '../../../contracts/monthly-invoicing-refusals.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type { communitiesContract } from '../../../services/communities/contract.ts';

type Operations = typeof communitiesContract.operations;

/** The communities in memory: one, whose residents have lived there for ever. */
export class FakeCommunities {
  timeZone = 'Europe/Berlin';
  /** Who lives there, in the order of their ids. */
  residents: OutputOf<Operations['listBillable']>['residents'] = [];
  /** How many it tells of at once, however many are asked for. */
  longestPage = Number.POSITIVE_INFINITY;

  findCommunity({ communityId }: InputOf<Operations['findCommunity']>): OutputOf<Operations['findCommunity']> {
    if (communityId === 'none') throw unknown(communityId);
    return {
      ...{ communityId, timeZone: this.timeZone, billingDay: 1, dueDay: 31 },
      manager: { name: 'Mary Manager', email: 'mary@example.org' },
    } as OutputOf<Operations['findCommunity']>;
  }

  listBillable({ after = '', limit }: InputOf<Operations['listBillable']>): OutputOf<Operations['listBillable']> {
    const behind = this.residents.filter(({ customerId }) => customerId > after);
    const residents = behind.slice(0, Math.min(Number(limit), this.longestPage));
    const last = residents.at(-1)?.customerId;
    return { residents, ...(behind.length > residents.length && last && { next: last }) };
  }
}

const unknown = (communityId: string) =>
  new ServiceFailure(monthlyInvoicingRefusals.UnknownCommunity, `there is no community ${communityId}`);
