import type { Options } from 'amqplib';
import { cloudEventContentType, type Envelope, encodeEventOf } from '../envelope/envelope.ts';
import { exchangeOf, type Topology } from '../topology/topology.ts';

/** A message as a publisher sends it. */
export interface OutgoingMessage {
  /** The empty text is the default exchange, whose routing keys are names of queues. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish & { readonly messageId: string };
}

/** An event as the message that carries it. */
export function toMessage(event: Envelope, topology: Topology): OutgoingMessage {
  return {
    exchange: exchangeOf(topology, event.type),
    routingKey: event.type,
    content: encodeEventOf(topology.system, event),
    properties: {
      messageId: event.id,
      type: event.type,
      correlationId: event.correlationId,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      appId: topology.system,
      contentType: cloudEventContentType,
      headers: event.traceparent ? { traceparent: event.traceparent } : {},
    },
  };
}
