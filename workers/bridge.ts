import { BridgePlugin } from '../bridge/plugin.ts';
import { brokerEnvironment } from '../events/connection/process-connection.ts';
import { integrationEvents } from '../events/contracts/index.ts';
import { standardTopology } from '../events/topology/standard-topology.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { runProcess } from '../platform/process.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorker } from './worker-process.ts';

const name = 'bridge-worker';

await runProcess(name, async (logger) => {
  const { AMQP_URL: url } = readConfiguration(brokerEnvironment);
  const topology = standardTopology;
  const bridge = await BridgePlugin.connect({ url, contracts: integrationEvents, topology, name, logger });
  return startWorker({ taskQueue: taskQueues.bridge, plugins: [bridge] }, logger);
});
