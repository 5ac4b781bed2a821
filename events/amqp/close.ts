import type { Channel, ChannelModel } from 'amqplib';

const longestClose = 5_000;

/** Closes a channel; one that is closed already is left alone. */
export function closeChannel(channel: Channel): Promise<void> {
  return closeAnyhow(channel);
}

/** Closes a connection; one whose broker does not answer is broken off. */
export async function closeConnection(model: ChannelModel): Promise<void> {
  const overdue = setTimeout(() => breakOff(model, new Error('the broker did not answer the close')), longestClose);
  await closeAnyhow(model);
  clearTimeout(overdue);
}

/** Ends a connection without the broker's answer: only the socket can be taken away. */
export function breakOff(model: ChannelModel, reason: Error): void {
  const { stream } = model.connection as unknown as { stream: NodeJS.WritableStream & { destroy(error: Error): void } };
  stream.destroy(reason);
}

/** Where the connection breaks meanwhile the client library never settles the close; the event comes all the same. */
async function closeAnyhow(resource: Channel | ChannelModel): Promise<void> {
  const gone = new Promise((resolve) => resource.once('close', resolve));
  await Promise.race([resource.close().catch(() => undefined), gone]);
}
