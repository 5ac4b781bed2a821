import { BridgePlugin } from '../bridge/plugin.ts';
import { integrationEvents } from '../events/contracts/index.ts';
import { brokerEnvironment } from '../events/role-connection.ts';
import { standardTopology } from '../events/standard-topology.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { Role } from '../platform/role.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorker } from './worker-role.ts';

export const role: Role = async (context) => {
  const { name, environment, logger } = context;
  const { AMQP_URL: url } = readConfiguration(brokerEnvironment, environment);
  const topology = standardTopology;
  const bridge = await BridgePlugin.connect({ url, contracts: integrationEvents, topology, name, logger });
  return startWorker({ taskQueue: taskQueues.bridge, plugins: [bridge] }, context);
};
