import { inTraceOf, isTraced, keepsSpans, type OpenSpan, openSpan, traceHeaders } from '../platform/tracing.ts';
import type { ReadableDelivery } from './delivery.ts';
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
      ...attributesOf(destination, messageId, correlationId),
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

/**
 * Handles messages together, each in a span of its own that goes on with its trace. What is done for all of them at once,
 * the statements around their effects, is shown with the first one.
 *
 * @param work is given what does the work for one message, by its place
 */
export async function inMessageSpans<Result>(
  queue: string,
  deliveries: readonly ReadableDelivery[],
  work: (within: <Effect>(index: number, effect: () => Effect) => Effect) => Promise<Result>,
): Promise<Result> {
  const spans = deliveries.map((delivery) => openMessageSpan(queue, delivery, deliveries.length));
  const [first] = spans as [OpenSpan, ...OpenSpan[]];
  try {
    const result = await first.within(() => work((index, effect) => (spans[index] ?? first).within(effect)));
    for (const span of spans) span.end();
    return result;
  } catch (error) {
    for (const span of spans) span.fail(error);
    throw error;
  }
}

/** Does work in the trace of a message, outside of the span that it was handled in. */
export const inTraceOfMessage = <Result>(delivery: ReadableDelivery, work: () => Result): Result =>
  inTraceOf(headersOf(delivery), work);

/** The hop's trace is in the header; a publisher that sets none has left it in the event. */
const headersOf = ({ event, message }: ReadableDelivery) => ({
  traceparent: event.traceparent,
  ...message.properties.headers,
});

function openMessageSpan(queue: string, delivery: ReadableDelivery, count: number): OpenSpan {
  return openSpan({
    name: `process ${queue}`,
    kind: 'CONSUMER',
    attributes: {
      ...attributesOf(queue, delivery.event.id, delivery.event.correlationId),
      'messaging.operation.type': 'process',
      'messaging.batch.message_count': count,
    },
    from: headersOf(delivery),
  });
}

/** In the words of OpenTelemetry's conventions; the conversation is all that happens for one checkout. */
const attributesOf = (destination: string, messageId: string, correlationId: string | undefined) => ({
  'messaging.system': 'rabbitmq',
  'messaging.destination.name': destination,
  'messaging.message.id': messageId,
  'messaging.message.conversation_id': correlationId,
});
