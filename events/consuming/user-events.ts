import type { EventName } from '../contracts/index.ts';

/** What a service takes that keeps a copy of the accounts. */
export const userEvents = [
  'UserCreated',
  'UserChanged',
  'AccountBanned',
  'AccountUnbanned',
  'CustomerErased',
] as const satisfies readonly EventName[];
