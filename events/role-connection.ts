import { z } from 'zod';
import { type BrokerConnection, connectToBroker } from '../messaging/connection/connection.ts';
import { readConfiguration } from '../platform/configuration.ts';
import type { RoleContext } from '../platform/role.ts';
import { standardTopology } from './standard-topology.ts';

/** What every role that uses the broker reads from its environment. */
export const brokerEnvironment = z.object({
  AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'use amqp://user:password@host:port, or amqps' }),
});

/**
 * Connects a role to the broker that its environment names. The process ends with 2 when, after that, only people can
 * help.
 *
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong, or the broker refuses what it has to do
 */
export async function connectRole({ name, environment, logger }: RoleContext): Promise<BrokerConnection> {
  const { AMQP_URL: url } = readConfiguration(brokerEnvironment, environment);
  return connectToBroker({ url, name, logger, topology: standardTopology, onFatal: () => process.exit(2) });
}
