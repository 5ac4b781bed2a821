import type { Kysely } from 'kysely';
import { type BrokerProgramOptions, openBroker, type RunningProgram, runUntilStopped } from './broker.ts';
import type { EventContracts } from './envelope/contracts.ts';
import { eventDecoder } from './envelope/decoder.ts';
import { OutboxRelay } from './outbox/relay.ts';

export interface OutboxRelayProgramOptions<Tables> extends BrokerProgramOptions {
  /** Where the outbox is. */
  readonly database: Kysely<Tables>;
  /** The contracts of what is written to it. */
  readonly emits: EventContracts;
  /** How often to poll it, in milliseconds. @default 500 */
  readonly pollMilliseconds?: number;
}

/**
 * Publishes the outbox of a program that consumes nothing. Without a broker, too, it returns: what is written meanwhile waits.
 *
 * @throws {BrokerConfigurationError} when the URL is wrong, or the login, the virtual host or a permission is refused
 * @throws {TopologyMismatchError} when the broker has a queue with other arguments
 */
export async function startOutboxRelay<Tables>(options: OutboxRelayProgramOptions<Tables>): Promise<RunningProgram> {
  const { name = 'outbox-relay', database, emits, pollMilliseconds = 500 } = options;
  const broker = await openBroker(name, options);
  const { publisher, logger } = broker;
  const relay = new OutboxRelay({ database, publisher, decode: eventDecoder(emits), logger, pollMilliseconds });
  return runUntilStopped(broker, async () => {
    await relay.stop();
    await broker.close();
  });
}
