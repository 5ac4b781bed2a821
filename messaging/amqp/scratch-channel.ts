import type { Channel, ChannelModel } from 'amqplib';
import { close } from './close.ts';

/** Works on a channel of its own: a refusal of the broker closes that channel and disturbs nothing else. */
export async function onScratchChannel<T>(model: ChannelModel, work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await model.createChannel();
  // The refusal rejects the call that caused it; unheard, the event would end the process.
  channel.on('error', () => undefined);
  try {
    return await work(channel);
  } finally {
    await close(channel);
  }
}

/** How much is in a queue and who consumes it; `undefined` when there is no such queue. */
export async function lookAtQueue(
  model: ChannelModel,
  name: string,
): Promise<{ readonly messages: number; readonly consumers: number } | undefined> {
  try {
    const { messageCount, consumerCount } = await onScratchChannel(model, (channel) => channel.checkQueue(name));
    return { messages: messageCount, consumers: consumerCount };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const notFound = 404;

/** Whether the broker has no queue or exchange of the name that was asked for. */
export const isNotFound = (error: unknown) => (error as { code?: unknown } | null)?.code === notFound;
