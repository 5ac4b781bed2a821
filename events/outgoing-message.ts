import type { Options } from 'amqplib';

/** A message as a publisher sends it. */
export interface OutgoingMessage {
  /** The empty text is the default exchange, whose routing keys are names of queues. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish & { readonly messageId: string };
}
