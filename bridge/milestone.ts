import type { DataIn, EventContracts, NameIn } from '../messaging/envelope/contracts.ts';

/** A fact that a workflow recorded, on its way to the bridge. */
export type Milestone<Contracts extends EventContracts> = {
  [Name in NameIn<Contracts>]: {
    readonly name: Name;
    /** 1 for the first milestone of a workflow; consumers see them in this order. */
    readonly sequence: number;
    /** When it happened: ISO 8601 in UTC. */
    readonly time: string;
    readonly data: DataIn<Contracts, Name>;
  };
}[NameIn<Contracts>];

/** Milestones of one workflow, in their order, as the bridge is given them. */
export interface MilestoneBatch<Contracts extends EventContracts> {
  /** What they are about, such as the id of a parcel. */
  readonly subject: string;
  /** Joins everything that happens for one subject, in other workflows and consumers too. */
  readonly correlationId: string;
  readonly milestones: readonly Milestone<Contracts>[];
}
