import { describeTopology, type Topology, type TopologyOptions } from '../messaging/topology/topology.ts';
import { integrationEvents, systemName } from './contracts/index.ts';
import { subscriptions } from './subscriptions.ts';

type Options = Partial<Omit<TopologyOptions<typeof integrationEvents>, 'system' | 'contracts'>>;

/** The exchanges and queues for the events of this system; by default of all its subscriptions. */
export function describeStandardTopology(options: Options = {}): Topology {
  const list = Object.values(subscriptions);
  return describeTopology({ system: systemName, contracts: integrationEvents, subscriptions: list, ...options });
}

/** The exchanges and queues of the whole system. */
export const standardTopology = describeStandardTopology();
