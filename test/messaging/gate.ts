import { createServer, connect as dial, type Socket } from 'node:net';

/** A way to the broker that a test can cut, shut and stop up. */
export interface Gate {
  readonly url: string;
  /** How many connections go through. */
  readonly connections: number;
  /** Breaks every connection; new ones get through. */
  cut(): void;
  /** Breaks every connection and refuses new ones, until it is opened. */
  shut(): void;
  open(): void;
  /** From now on or no more: what comes from this side is lost on the way. */
  swallow(isOn: boolean): void;
  /** How many bytes were lost so. */
  readonly swallowed: number;
  /** Holds back what the broker answers on the connections that are there now: it looks frozen. */
  freeze(): void;
  close(): Promise<void>;
}

export async function openGate(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const answers = new Set<Socket>();
  let isShut = false;
  let isSwallowing = false;
  let swallowed = 0;
  const server = createServer((near) => {
    if (isShut) return void near.resetAndDestroy();
    const far = dial(Number(port || 5672), hostname);
    near.setNoDelay(true);
    far.setNoDelay(true);
    answers.add(far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        answers.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk: Buffer) => {
      if (isSwallowing) swallowed += chunk.length;
      else far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const near = new URL(url);
  near.host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: near.href,
    get connections() {
      return answers.size;
    },
    cut,
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    swallow(isOn) {
      isSwallowing = isOn;
    },
    get swallowed() {
      return swallowed;
    },
    freeze() {
      for (const socket of answers) socket.pause();
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
