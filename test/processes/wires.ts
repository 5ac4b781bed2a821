import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/** `before`: the request is on its way, nothing has happened. `after`: it has happened, the caller does not know. */
export type Moment = 'before' | 'after';

/** Where one call of one checkout is to be caught. */
export interface Boundary {
  readonly checkoutId: string;
  /** A name as `callsOf` tells it. */
  readonly call: string;
  readonly moment: Moment;
}

/** The wires between a process and everything that it calls. Whatever passes is told apart by its bytes. */
export interface Wires {
  /** What to give to the process instead of the real addresses, by the same names. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The calls that were made for a checkout, in order, each attempt: `ORDERS_URL PUT /orders/:checkout`. */
  callsOf(checkoutId: string): readonly string[];
  /**
   * Holds back this call, every attempt of it, until `release`; resolves when the first one is held. What is held is
   * never delivered.
   */
  hold(boundary: Boundary): Promise<void>;
  release(): void;
  close(): Promise<void>;
}

interface Hold extends Boundary {
  readonly held: () => void;
}

interface Protocol {
  readonly name: (chunk: Buffer) => string;
  /** Whether these bytes answer a call that is under way on the same connection. */
  readonly answers: (chunk: Buffer, checkoutId: string) => boolean;
}

const requestLine = /^(?:GET|PUT|POST) \S+(?= HTTP\/1\.1\r\n)/;
/** AMQP's method basic.ack, class 60 and method 80: the broker confirms. */
const confirm = Buffer.from([0, 60, 0, 80]);

const protocols: Readonly<Record<'http1' | 'http2' | 'amqp', Protocol>> = {
  http1: { name: (chunk) => requestLine.exec(chunk.toString('latin1'))?.[0] ?? '', answers: () => true },
  // The path is compressed. The answer is the one that says the same words as the request.
  http2: { name: () => 'gRPC', answers: (chunk, checkoutId) => chunk.includes(checkoutId) },
  amqp: { name: () => 'publish', answers: (chunk) => chunk.includes(confirm) },
};

/**
 * Opens wires to these addresses.
 *
 * @param targets addresses of services and brokers, by the names of their variables
 * @param checkoutIds finds the ids of the checkouts in the bytes of a request
 */
export async function openWires(targets: Readonly<Record<string, string>>, checkoutIds: RegExp): Promise<Wires> {
  const made: { readonly checkoutId: string; readonly call: string }[] = [];
  const sockets = new Set<Socket>();
  let wanted: Hold | undefined;

  const join = (variable: string, target: URL) => (near: Socket) => {
    const far = dial(Number(target.port), target.hostname);
    let protocol = protocols[target.protocol === 'amqp:' ? 'amqp' : 'http1'];
    let caught: Hold | undefined;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk: Buffer) => {
      if (chunk.includes('PRI * HTTP/2.0')) protocol = protocols.http2;
      for (const checkoutId of new Set(chunk.toString('latin1').match(checkoutIds))) {
        const name = protocol.name(chunk).replaceAll(checkoutId, ':checkout');
        if (name === '') continue;
        const call = `${variable} ${name}`;
        made.push({ checkoutId, call });
        if (wanted?.checkoutId === checkoutId && wanted.call === call) caught = wanted;
      }
      if (caught?.moment === 'before') caught.held();
      else far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (caught?.moment !== 'after') near.write(chunk);
      else if (protocol.answers(chunk, caught.checkoutId)) caught.held();
    });
  };

  const servers: Server[] = [];
  const addresses: Record<string, string> = {};
  for (const [variable, address] of Object.entries(targets)) {
    const target = new URL(address);
    const server = createServer(join(variable, target));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    addresses[variable] = address.replace(target.host, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  return {
    addresses,
    callsOf: (checkoutId) => made.filter((one) => one.checkoutId === checkoutId).map(({ call }) => call),
    hold(boundary) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { ...boundary, held: resolve };
      return promise;
    },
    release() {
      wanted = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
