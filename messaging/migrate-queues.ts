import { close } from './amqp/close.ts';
import type { BrokerProgramOptions } from './broker.ts';
import { dialBroker } from './connection/dial.ts';
import { migrateTopology } from './migration/migration.ts';

export interface MigrateQueuesOptions extends Pick<BrokerProgramOptions, 'url' | 'topology' | 'name'> {
  /** Receives each step, human-readable. */
  readonly report?: (line: string) => void;
}

/**
 * Re-declares the queues that the broker has with other arguments than described, and keeps their messages; what to do
 * after a {@link TopologyMismatchError}. May be ended at any point and run again.
 *
 * @returns how many messages were moved
 * @throws {ConsumersAttachedError} when such a queue has consumers, before anything is changed: stop them first
 * @throws {TopologyMismatchError} when an exchange differs
 * @throws {BrokerConfigurationError} when the URL is wrong, or the login or the virtual host is refused
 * @throws {BrokerUnavailableError} when the broker cannot be reached now
 */
export async function migrateQueues(options: MigrateQueuesOptions): Promise<number> {
  const { url, topology, name = 'migrate-queues', report = () => undefined } = options;
  const model = await dialBroker({ url, name });
  try {
    return await migrateTopology(model, topology, report);
  } finally {
    await close(model);
  }
}
