import type { z } from 'zod';
import { checkoutEvents } from './checkout.ts';
import { checkoutRequests } from './checkout-requests.ts';
import { customerEvents } from './customers.ts';
import { notificationEvents } from './notification.ts';

/** Every integration event and command: its name, its type (which is also its routing key) and the schema of its data. */
export const integrationEvents = { ...checkoutEvents, ...checkoutRequests, ...customerEvents, ...notificationEvents };

export type EventName = keyof typeof integrationEvents;

/** Whether it is a command: an order to one service, not a fact. */
export const isCommand = (name: EventName): boolean => 'kind' in integrationEvents[name];

export type EventData<Name extends EventName> = z.input<(typeof integrationEvents)[Name]['data']>;

/** A fact that a workflow recorded, on its way to the bridge. */
export type Milestone = {
  [Name in EventName]: {
    readonly name: Name;
    /** 1 for the first milestone of a workflow; consumers see them in this order. */
    readonly sequence: number;
    /** When it happened: ISO 8601 in UTC. */
    readonly time: string;
    readonly data: EventData<Name>;
  };
}[EventName];

/** Milestones of one workflow, in their order, as the bridge is given them. */
export interface MilestoneBatch {
  /** What they are about: the checkout's id. */
  readonly subject: string;
  /** Joins everything that happens for one checkout: its id. */
  readonly correlationId: string;
  readonly milestones: readonly Milestone[];
}
