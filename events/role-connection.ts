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
 * The broker of a role, as its environment names it. Its topology was declared by a step of its own.
 *
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong
 */
export function brokerOf({ name, environment, logger }: RoleContext) {
  const { AMQP_URL: url } = readConfiguration(brokerEnvironment, environment);
  return { url, name, logger, topology: standardTopology, declares: false };
}

/** What a role does when, after its first connection, only people can help. */
export const endProcess = (): never => process.exit(2);

/**
 * Connects a role to the broker that its environment names. The process ends with 2 when, after that, only people can
 * help.
 *
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong, or the broker refuses what it has to do
 */
export async function connectRole(context: RoleContext): Promise<BrokerConnection> {
  return connectToBroker({ ...brokerOf(context), onFatal: endProcess });
}
