import { createServer, connect as dial, type Socket } from 'node:net';

/** A method of AMQP 0-9-1, by its class and its own number. */
export type Method = readonly [group: number, method: number];

export const acknowledgement: Method = [60, 80];

/** A way to the broker that a test can cut, shut and stop up. */
export interface Gate {
  readonly url: string;
  /** How many connections go through. */
  readonly connections: number;
  /** Breaks every connection; new ones get through. */
  cut(): void;
  /** Breaks every connection at the next request of this kind, instead of letting it through. */
  cutAt(request: Method): void;
  /** Lets the broker end a connection in the very packet of its next answer of this kind. */
  endAfter(answer: Method): void;
  /** Breaks every connection and refuses new ones, until it is opened. */
  shut(): void;
  open(): void;
  /** Loses every request of this kind on the way, from now on; none any more when no kind is named. */
  swallow(request?: Method): void;
  /** How many requests were lost so. */
  readonly swallowed: number;
  /** Holds back what the broker answers on the connections that are there now: it looks frozen. */
  freeze(): void;
  close(): Promise<void>;
}

const bytesOf = ([group, method]: Method) => Buffer.from([0, group, 0, method]);

/** A frame with `connection.close`, as a broker sends it that is shut down: reply code 320, no text, no method at fault. */
const connectionClose = Buffer.from([1, 0, 0, 0, 0, 0, 11, 0, 10, 0, 50, 0x01, 0x40, 0, 0, 0, 0, 0, 0xce]);

/** Type, channel and size of a frame come before its payload, and one byte ends it. */
const [headLength, endLength] = [7, 1];

/** The frames of a packet; one that goes on in the next packet is the last of them, as far as it came. */
function framesOf(packet: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < packet.length; ) {
    const size = packet.length - at >= headLength ? packet.readUInt32BE(at + 3) : packet.length;
    const end = at + headLength + size + endLength;
    frames.push(packet.subarray(at, end));
    at = end;
  }
  return frames;
}

const methodOf = (frame: Buffer) => frame.subarray(headLength, headLength + 4);

export async function openGate(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const answers = new Set<Socket>();
  let isShut = false;
  let lostRequest: Buffer | undefined;
  let swallowed = 0;
  let fatalRequest: Buffer | undefined;
  let lastAnswer: Buffer | undefined;
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
      if (fatalRequest && chunk.includes(fatalRequest)) {
        fatalRequest = undefined;
        return cut();
      }
      const lost = lostRequest;
      if (!lost) return far.write(chunk);
      const frames = framesOf(chunk);
      const kept = frames.filter((frame) => !methodOf(frame).equals(lost));
      swallowed += frames.length - kept.length;
      return far.write(Buffer.concat(kept));
    });
    far.on('data', (chunk: Buffer) => {
      const isLast = lastAnswer && chunk.includes(lastAnswer);
      if (isLast) lastAnswer = undefined;
      near.write(isLast ? Buffer.concat([chunk, connectionClose]) : chunk);
    });
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
    cutAt(request) {
      fatalRequest = bytesOf(request);
    },
    endAfter(answer) {
      lastAnswer = bytesOf(answer);
    },
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    swallow(request) {
      lostRequest = request && bytesOf(request);
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
