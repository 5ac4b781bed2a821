import { BridgePlugin } from '../bridge/plugin.ts';
import { integrationEvents } from '../events/contracts/index.ts';
import { brokerOf } from '../events/role-connection.ts';
import type { Role } from '../platform/role.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorker } from './worker-role.ts';

export const role: Role = async (context) => {
  const bridge = await BridgePlugin.connect({ ...brokerOf(context), contracts: integrationEvents });
  return startWorker({ taskQueue: taskQueues.bridge, plugins: [bridge] }, context);
};
