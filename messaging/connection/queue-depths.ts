import type { ConfirmChannel } from 'amqplib';
import { ObservableGauge } from '../../platform/metrics.ts';
import type { QueueTopology } from '../topology/topology.ts';
import type { BrokerConnection } from './connection.ts';
import { BrokerUnavailableError } from './errors.ts';

const waiting = new ObservableGauge('messaging_queue_messages', 'Messages that wait in a work queue or a retry tier', [
  'queue',
]);
const deadLetters = new ObservableGauge(
  'messaging_dead_letters',
  'Messages in a dead-letter queue, before they are archived',
  ['queue'],
);
const unrouted = new ObservableGauge('messaging_unrouted_events', 'Events that no queue was bound for');

/** Depths that are shown until they are stopped. */
export interface QueueDepths {
  stop(): Promise<void>;
}

/** Shows how many messages wait in the queues of a consumer. Only the process that owns the queues should do it. */
export function showQueueDepths(connection: BrokerConnection, queues: readonly QueueTopology[]): QueueDepths {
  return openDepths(connection, (depthOf) =>
    queues.flatMap(({ work, retry, dead }) => [
      ...[work, ...retry.map(({ name }) => name)].map((queue) => waiting.show({ queue }, depthOf(queue))),
      deadLetters.show({ queue: dead }, depthOf(dead)),
    ]),
  );
}

/** Shows how many events no queue was bound for; one process of the system is enough. */
export function showUnrouted(connection: BrokerConnection): QueueDepths {
  return openDepths(connection, (depthOf) => [unrouted.show({}, depthOf(connection.topology.unroutedQueue))]);
}

/** Asks on a channel of its own: a queue that is missing closes it. */
function openDepths(
  connection: BrokerConnection,
  show: (depthOf: (queue: string) => () => Promise<number>) => readonly (() => void)[],
): QueueDepths {
  let channel: ConfirmChannel | undefined;
  const recoverable = connection.recoverableChannel({
    name: 'queue depths',
    async open(opened) {
      channel = opened;
    },
    closed() {
      channel = undefined;
    },
  });
  const shown = show((queue) => async () => {
    if (!channel) throw new BrokerUnavailableError(`RabbitMQ at ${connection.address} cannot be reached`);
    return (await channel.checkQueue(queue)).messageCount;
  });
  return {
    async stop() {
      for (const hide of shown) hide();
      await recoverable.stop();
    },
  };
}
