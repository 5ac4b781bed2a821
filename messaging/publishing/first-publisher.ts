import type { MessageProperties } from 'amqplib';
import type { OutgoingMessage } from './outgoing-message.ts';

/** Where a message that was sent on names the user who published it first. */
export const publisherHeader = 'x-publisher';

/**
 * The user who published a message first. The broker verifies the user that a message names; one that was sent on has the
 * first one in a header, which counts only from a user who is believed.
 *
 * @param believed the users who send on what others have published
 * @returns the empty text where the message names none
 */
export function firstPublisher(
  { userId, headers }: Partial<MessageProperties>,
  believed: readonly (string | undefined)[],
): string {
  const named: unknown = headers?.[publisherHeader];
  if (believed.includes(userId) && typeof named === 'string') return named;
  return typeof userId === 'string' ? userId : '';
}

/** A message that is sent on for the one who published it first. */
export function onBehalfOf(publisher: string, message: OutgoingMessage): OutgoingMessage {
  const { headers, ...properties } = message.properties;
  return { ...message, properties: { ...properties, headers: { ...headers, [publisherHeader]: publisher } } };
}
