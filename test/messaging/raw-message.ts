import type { Channel } from 'amqplib';

/** A value of a header table as it goes over the wire: its type tag and its bytes. */
export interface RawValue {
  readonly tag: string;
  readonly bytes: Buffer;
}

/** Headers by name; a name may be any bytes. */
export type RawHeaders = readonly (readonly [name: string | Buffer, value: RawValue])[];

export interface RawMessage {
  readonly body: Buffer;
  readonly headers?: RawHeaders;
  /** Up to 255 bytes of any kind. */
  readonly messageId?: Buffer;
  /** In seconds: any unsigned number of 64 bits. */
  readonly timestamp?: bigint;
  /** Whom it names as its publisher. */
  readonly userId?: string;
}

const ofSize = (size: number, write: (bytes: Buffer) => void) => {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
};

const wide = (write: (bytes: Buffer) => void) => ofSize(8, write);

const entries = (headers: RawHeaders) =>
  Buffer.concat(headers.flatMap(([name, { tag, bytes }]) => [shortText(Buffer.from(name)), Buffer.from(tag), bytes]));

const shortText = (text: Buffer) => Buffer.concat([Buffer.from([text.length]), text]);

const sized = (bytes: Buffer) => Buffer.concat([ofSize(4, (size) => size.writeUInt32BE(bytes.length)), bytes]);

/** Values of header tables, as any client may write them. */
export const raw = {
  text: (text: string | Buffer): RawValue => ({ tag: 'S', bytes: sized(Buffer.from(text)) }),
  bytes: (bytes: Buffer): RawValue => ({ tag: 'x', bytes: sized(bytes) }),
  long: (value: bigint): RawValue => ({ tag: 'l', bytes: wide((bytes) => bytes.writeBigInt64BE(value)) }),
  double: (value: number): RawValue => ({ tag: 'd', bytes: wide((bytes) => bytes.writeDoubleBE(value)) }),
  time: (value: bigint): RawValue => ({ tag: 'T', bytes: wide((bytes) => bytes.writeBigUInt64BE(value)) }),
  nothing: { tag: 'V', bytes: Buffer.alloc(0) },
  table: (headers: RawHeaders): RawValue => ({ tag: 'F', bytes: sized(entries(headers)) }),
  list: (values: readonly RawValue[]): RawValue => ({
    tag: 'A',
    bytes: sized(Buffer.concat(values.flatMap(({ tag, bytes }) => [Buffer.from(tag), bytes]))),
  }),
};

/** Nothing larger fits into a frame that RabbitMQ takes by default. */
const largestFrame = 131_072 - 8;

/** Sends a message past the client library, which writes only what is well-formed: frame by frame. */
export function sendRaw(
  channel: Channel,
  { exchange, routingKey }: { readonly exchange: string; readonly routingKey: string },
  message: RawMessage,
): void {
  const { connection, ch } = channel as unknown as { connection: { stream: NodeJS.WritableStream }; ch: number };
  const frame = (type: number, payload: Buffer) => {
    const head = Buffer.alloc(7);
    head.writeUInt8(type, 0);
    head.writeUInt16BE(ch, 1);
    head.writeUInt32BE(payload.length, 3);
    connection.stream.write(Buffer.concat([head, payload, Buffer.from([0xce])]));
  };
  // basic.publish
  const to = [exchange, routingKey].map((name) => shortText(Buffer.from(name)));
  frame(1, Buffer.concat([Buffer.from([0, 60, 0, 40, 0, 0]), ...to, Buffer.from([0])]));
  frame(2, contentHeader(message));
  for (let start = 0; start < message.body.length; start += largestFrame) {
    frame(3, message.body.subarray(start, start + largestFrame));
  }
}

function contentHeader({ body, headers = [], messageId, timestamp, userId }: RawMessage): Buffer {
  const flags = Buffer.alloc(2);
  const optional = (messageId ? 0x80 : 0) + (timestamp === undefined ? 0 : 0x40) + (userId ? 0x10 : 0);
  flags.writeUInt16BE(0x2000 + 0x1000 + optional);
  return Buffer.concat([
    Buffer.from([0, 60, 0, 0]),
    wide((bytes) => bytes.writeBigUInt64BE(BigInt(body.length))),
    flags,
    sized(entries(headers)),
    // persistent
    Buffer.from([2]),
    ...(messageId ? [shortText(messageId)] : []),
    ...(timestamp === undefined ? [] : [raw.time(timestamp).bytes]),
    ...(userId ? [shortText(Buffer.from(userId))] : []),
  ]);
}
