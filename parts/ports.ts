import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import net from 'node:net';
import { z } from 'zod';
import { readState, writeState } from '../platform/state-file.ts';

/**
 * Below the range from which systems take the ports of outgoing connections, so that none of those is in the way; above
 * 10080, the last port that browsers and `fetch` refuse.
 */
const lowest = 10_081;
const highest = 29_999;

/** Reserved for what this process starts. */
const reserved = new Set<number>();

/** Whether a program could listen on this port of the loopback address now. */
export function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = net.createServer();
  server.once('error', () => resolve(false));
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/** A free port of the loopback address, below 30000, that no other process is given while this one runs. */
export async function choosePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (!reserved.has(port) && (await reserve(port)) && (await isPortFree(port))) return port;
  }
}

/**
 * Reserves a port until this process ends, even while no process listens on it: with a socket of UDP, which nothing here uses
 * otherwise, on the port of the same number.
 *
 * @returns whether it is reserved for this process, and not for another one
 */
async function reserve(port: number): Promise<boolean> {
  if (reserved.has(port)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createSocket('udp4');
  socket.once('error', () => socket.close(() => resolve(false)));
  socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve(true));
  if (!(await promise)) return false;
  socket.unref();
  reserved.add(port);
  return true;
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

const portsSchema = z.record(z.string(), z.int().min(1).max(65_535));

/**
 * The ports of a stack: those it had the last time where they are still free, others where they are not.
 * @param file where they are remembered
 * @param names what ports are needed for
 * @throws {DamagedFileError} when that file is damaged
 */
export async function rememberedPorts(file: string, names: readonly string[]): Promise<Ports> {
  const before: Ports = readState(file, portsSchema, 'delete it, and other ports are chosen at the next start') ?? {};
  const ports: Ports = { ...before };
  for (const name of names) {
    const port = before[name];
    const isOurs = port !== undefined && (await reserve(port)) && (await isPortFree(port));
    ports[name] = isOurs ? port : await choosePort();
  }
  writeState(file, ports);
  return ports;
}
