import type { ChannelModel } from 'amqplib';

/**
 * Lets the frames that are written in one go leave in one packet. The client library hands each message to the system by
 * itself, which costs a publisher more than all that it does for a message.
 */
export function writeInPackets({ connection }: ChannelModel): void {
  const { stream } = connection as unknown as { stream: NodeJS.WritableStream & { cork(): void; uncork(): void } };
  const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
  let isCorked = false;
  stream.write = (...parameters: unknown[]) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return write(...parameters);
  };
}
