import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import { ConfigurationError } from './configuration.ts';

/** A host and a port as they stand in an address: `[::1]:8080`. */
export const hostAndPort = (host: string, port: number | string): string =>
  `${isIPv6(host) ? `[${host}]` : host}:${port}`;

/**
 * Checks that a process can listen at the address that `HOST` names.
 *
 * @throws {ConfigurationError} that names the variable, and what it may be
 */
export async function requireHost(host: string): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port: 0, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new ConfigurationError(
      `HOST is wrong: ${host} is no address of this machine (${reason}); set it to 127.0.0.1, to ::1, or to 0.0.0.0 for ` +
        'every address of this machine, or unset it',
    );
  } finally {
    server.close();
  }
}
