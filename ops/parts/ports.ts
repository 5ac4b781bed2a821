import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';

/**
 * Below the range from which systems take the ports of outgoing connections, so that none of those is in the way; above
 * 10080, the last port that browsers and `fetch` refuse.
 */
const lowest = 10_081;
const highest = 29_999;

/** Ports given out in this process that nothing may listen on yet. */
const givenOut = new Set<number>();

/** Whether a program could listen on this port of the loopback address now. */
export function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = net.createServer();
  server.once('error', () => resolve(false));
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/** A free port of the loopback address, below 30000. */
export async function choosePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (givenOut.has(port) || !(await isPortFree(port))) continue;
    givenOut.add(port);
    return port;
  }
}

/** Whether something accepts connections on a port of this host. */
export function accepts(host: string, port: number, timeout = 1_000): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect({ host, port, timeout });
  const end = (answer: boolean) => {
    socket.destroy();
    resolve(answer);
  };
  socket.once('connect', () => end(true));
  socket.once('timeout', () => end(false));
  socket.once('error', () => end(false));
  return promise;
}

/** Ports by what they are for, e.g. `temporal.frontend`. */
export type Ports = Record<string, number>;

/**
 * The ports of a stack: those it had the last time where they are still free, others where they are not.
 * @param file where they are remembered
 * @param names what ports are needed for
 */
export async function rememberedPorts(file: string, names: readonly string[]): Promise<Ports> {
  const before: Ports = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const ports: Ports = { ...before };
  for (const name of names) {
    const port = before[name];
    ports[name] = port !== undefined && (await isPortFree(port)) ? port : await choosePort();
  }
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}
