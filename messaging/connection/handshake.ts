import { once } from 'node:events';
import { connect as dial, isIP, type Socket } from 'node:net';
import { connect as dialSecurely } from 'node:tls';

/** What a broker, or whatever listens in its place, said to a handshake. */
export type HandshakeAnswer =
  | { readonly kind: 'accepted' | 'silent' | 'not AMQP' | 'TLS only' }
  /** The broker's own words: `NOT_ALLOWED - vhost nowhere not found`. */
  | { readonly kind: 'refused'; readonly reason: string };

const timeoutMilliseconds = 5_000;
const header = Buffer.from('AMQP\0\x00\x09\x01', 'latin1');
const tlsAlert = 0x15;
const methodFrame = 1;
const connectionClass = 10;
const [tune, openOk, close] = [30, 41, 50];

/**
 * Shakes hands by hand, to learn why the broker refuses: the client library keeps the broker's words to itself. Never
 * throws for what the other side does.
 */
export async function shakeHands(url: URL): Promise<HandshakeAnswer> {
  const socket = openSocket(url);
  socket.on('error', () => undefined);
  socket.setTimeout(timeoutMilliseconds, () => socket.destroy());
  try {
    socket.write(header);
    const first = await take(socket, 1);
    if (!first) return { kind: 'silent' };
    if (first[0] === tlsAlert) return { kind: 'TLS only' };
    if (first[0] !== methodFrame) return { kind: 'not AMQP' };
    socket.unshift(first);
    return await answerTo(socket, url);
  } catch {
    return { kind: 'silent' };
  } finally {
    socket.destroy();
  }
}

function openSocket({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'amqp:') return dial(Number(port || 5672), host);
  return dialSecurely({ port: Number(port || 5671), host, ...(isIP(host) === 0 && { servername: host }) });
}

async function answerTo(socket: Socket, { username, password, pathname }: URL): Promise<HandshakeAnswer> {
  await takeMethod(socket);
  const login = `\0${decodeURIComponent(username || 'guest')}\0${decodeURIComponent(password || 'guest')}`;
  const startOk = [longText(''), shortText('PLAIN'), longText(login), shortText('en_US')];
  socket.write(methodOf(11, ...startOk));
  const tuning = await takeMethod(socket);
  if (tuning?.method !== tune) return refusalIn(tuning);
  socket.write(methodOf(31, tuning.content.subarray(0, 6), Buffer.alloc(2)));
  const host = decodeURIComponent(pathname.slice(1)) || '/';
  socket.write(methodOf(40, shortText(host), shortText(''), Buffer.alloc(1)));
  const opened = await takeMethod(socket);
  return opened?.method === openOk ? { kind: 'accepted' } : refusalIn(opened);
}

interface Method {
  readonly method: number;
  readonly content: Buffer;
}

function refusalIn(answer: Method | undefined): HandshakeAnswer {
  if (answer?.method !== close) return { kind: 'silent' };
  const length = answer.content.readUInt8(2);
  return { kind: 'refused', reason: answer.content.toString('utf8', 3, 3 + length) };
}

/** Type, channel and size of a frame come first; class and method begin its payload, and one byte ends it. */
async function takeMethod(socket: Socket): Promise<Method | undefined> {
  const head = await take(socket, 7);
  const payload = head && (await take(socket, head.readUInt32BE(3) + 1));
  if (payload?.readUInt16BE(0) !== connectionClass) return undefined;
  return { method: payload.readUInt16BE(2), content: payload.subarray(4, -1) };
}

async function take(socket: Socket, count: number): Promise<Buffer | undefined> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count);
    if (bytes) return bytes;
    if (socket.readableEnded || socket.destroyed) return undefined;
    await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
  }
}

function methodOf(method: number, ...parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat([Buffer.from([0, connectionClass, 0, method]), ...parts]);
  const head = Buffer.alloc(7);
  head.writeUInt8(methodFrame);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function longText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
