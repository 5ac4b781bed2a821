import { inTraceOf, type OpenSpan, openSpan } from '../../platform/tracing.ts';
import { messageAttributes } from '../publishing/traces.ts';
import type { ReadableDelivery } from './delivery.ts';

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
      ...messageAttributes(queue, delivery.event.id, delivery.event.correlationId),
      'messaging.operation.type': 'process',
      'messaging.batch.message_count': count,
    },
    from: headersOf(delivery),
  });
}
