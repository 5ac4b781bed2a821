import { isTraced, keepsSpans, openSpan, traceHeaders } from '../../platform/tracing.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** A message on its way, in a span that ends with the broker's answer. */
interface Publication {
  /** Its header `traceparent` names the span. */
  readonly message: OutgoingMessage;
  endWith(answer: Promise<void>): void;
}

/**
 * Opens the span of a publication: in the trace of the caller or, where the caller is in none (a relay), in that of the
 * message. `undefined` where there is nothing to tell.
 */
export function openPublication(message: OutgoingMessage): Publication | undefined {
  const isOfCaller = isTraced();
  if (!isOfCaller && !keepsSpans) return undefined;
  const { headers = {}, messageId, correlationId } = message.properties;
  const destination = message.exchange || message.routingKey;
  const span = openSpan({
    name: `send ${destination}`,
    kind: 'PRODUCER',
    attributes: {
      ...messageAttributes(destination, messageId, correlationId),
      'messaging.operation.type': 'send',
      'messaging.rabbitmq.destination.routing_key': message.routingKey,
    },
    ...(!isOfCaller && { from: headers }),
  });
  const traced = { ...headers, ...span.within(traceHeaders) };
  return {
    message: { ...message, properties: { ...message.properties, headers: traced } },
    endWith: (answer) =>
      void answer.then(
        () => span.end(),
        (error: unknown) => span.fail(error),
      ),
  };
}

/** In the words of OpenTelemetry's conventions; the conversation is all that happens for one subject. */
export const messageAttributes = (destination: string, messageId: string, correlationId: string | undefined) => ({
  'messaging.system': 'rabbitmq',
  'messaging.destination.name': destination,
  'messaging.message.id': messageId,
  'messaging.message.conversation_id': correlationId,
});
