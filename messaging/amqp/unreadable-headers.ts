import type { ChannelModel } from 'amqplib';

/** What the client library has of a connection, and does not describe. */
interface Internals {
  /** Received, and not read yet. */
  rest: Buffer;
  recvFrame(): unknown;
}

const headerFrame = 2;
/** Of the frame's head, before the class, the weight and the size of the body. */
const frameHead = 7;

/**
 * Lets messages come through whose headers the client library cannot read: tables nested some thousand levels deep exhaust
 * its stack, which closes the connection, again at each delivery, and all that was delivered with it is counted as failed.
 * Such a message arrives without its properties; the header `x-unreadable-headers` says so.
 */
export function tolerateUnreadableHeaders({ connection }: ChannelModel): void {
  const internals = connection as unknown as Internals;
  const receive = internals.recvFrame;
  internals.recvFrame = () => {
    const { rest } = internals;
    try {
      return receive.call(internals);
    } catch (error) {
      // Only what was taken off can be replaced; anything else is no error of one message.
      if (rest[0] !== headerFrame || internals.rest === rest) throw error;
      return {
        id: rest.readUInt16BE(frameHead),
        channel: rest.readUInt16BE(1),
        size: Number(rest.readBigInt64BE(frameHead + 4)),
        fields: { headers: { 'x-unreadable-headers': true } },
      };
    }
  };
}
