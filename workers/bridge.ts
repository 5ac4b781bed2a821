import { createBridgeActivities } from '../activities/bridge.ts';
import { connectToBroker } from '../events/connection.ts';
import { consumerEnvironment } from '../events/consumer-environment.ts';
import { Publisher } from '../events/publisher.ts';
import { showUnrouted } from '../events/queue-depths.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { runProcess } from '../platform/process.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorker } from './worker-process.ts';

await runProcess('bridge-worker', async (logger) => {
  const { AMQP_URL } = readConfiguration(consumerEnvironment.pick({ AMQP_URL: true }));
  const connection = await connectToBroker({
    url: AMQP_URL,
    name: 'bridge-worker',
    logger,
    onFatal: () => process.exit(2),
  });
  const publisher = new Publisher(connection);
  const unrouted = showUnrouted(connection);
  const worker = await startWorker(
    { taskQueue: taskQueues.bridge, activities: createBridgeActivities({ publisher }) },
    logger,
  );
  return {
    address: worker.address,
    async stop() {
      await worker.stop();
      await publisher.close();
      await unrouted.stop();
      await connection.close();
    },
  };
});
