import type { Channel, ChannelModel } from 'amqplib';

const closeTimeoutMilliseconds = 5_000;

/**
 * Closes a channel or a connection; what is closed already is left alone. A broker that does not answer loses the
 * connection.
 */
export async function close(resource: Channel | ChannelModel): Promise<void> {
  const overdue = setTimeout(
    () => breakOff(resource, new Error('the broker did not answer a close')),
    closeTimeoutMilliseconds,
  );
  // Where the connection breaks meanwhile the client library never settles the close; the event comes all the same.
  const gone = new Promise((resolve) => resource.once('close', resolve));
  await Promise.race([resource.close().catch(() => undefined), gone]);
  clearTimeout(overdue);
}

/** Ends a connection without the broker's answer: only the socket can be taken away. */
export function breakOff({ connection }: Channel | ChannelModel, reason: Error): void {
  const { stream } = connection as unknown as { stream: NodeJS.WritableStream & { destroy(error: Error): void } };
  stream.destroy(reason);
}
