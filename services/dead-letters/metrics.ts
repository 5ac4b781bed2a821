import type { Kysely } from 'kysely';
import type { QueueTopology } from '../../messaging/topology/topology.ts';
import { ObservableGauge } from '../../platform/metrics.ts';
import { countParked, type DeadLettersTables } from './store.ts';

const parked = new ObservableGauge('messaging_dead_letters_parked', 'Archived dead letters that wait for a person', [
  'queue',
]);

/** Shows how many dead letters of each queue wait for a person. */
export function showParked(database: Kysely<DeadLettersTables>, queues: readonly QueueTopology[]): void {
  for (const { work } of queues) parked.show({ queue: work }, () => countParked(database, work));
}
