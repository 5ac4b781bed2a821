import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Envelope } from '../envelope/envelope.ts';

/** What came by one channel. Deliveries belong to it: when it is gone, their acknowledgements are void. */
export class Session {
  readonly channel: ConfirmChannel;
  open = true;
  /** The tags of the deliveries that have no answer yet, in the order in which they came. */
  readonly unanswered = new Set<number>();

  constructor(channel: ConfirmChannel) {
    this.channel = channel;
  }

  deliver(message: ConsumeMessage): Delivery {
    this.unanswered.add(message.fields.deliveryTag);
    return { session: this, message };
  }
}

export interface Delivery {
  readonly session: Session;
  readonly message: ConsumeMessage;
}

export interface ReadableDelivery extends Delivery {
  /** When it was taken up, by `performance.now()`. */
  readonly begunAt: number;
  readonly event: Envelope;
}

/**
 * Acknowledges deliveries of one session, in the order in which they came, unless its channel is gone: with one frame where
 * everything that came before has its answer.
 */
export function acknowledge(deliveries: readonly Delivery[]): void {
  const last = deliveries.at(-1);
  if (!last) return;
  const { session, message } = last;
  for (const each of deliveries) session.unanswered.delete(each.message.fields.deliveryTag);
  const [oldest = Number.POSITIVE_INFINITY] = session.unanswered;
  answer(session, () => {
    if (oldest > message.fields.deliveryTag) session.channel.ack(message, true);
    else for (const each of deliveries) session.channel.ack(each.message);
  });
}

/**
 * Gives a delivery back, unless its channel is gone.
 *
 * @param requeue whether it comes again; else the broker parks it
 */
export function reject({ session, message }: Delivery, requeue: boolean): void {
  session.unanswered.delete(message.fields.deliveryTag);
  answer(session, () => session.channel.reject(message, requeue));
}

function answer(session: Session, send: () => void): void {
  if (!session.open) return;
  try {
    send();
  } catch {
    // The channel has begun to close: the delivery comes again, and the inbox drops it if it was handled.
  }
}

/** Which message it is, for the log. */
export function idsOf({ message: { properties } }: Delivery) {
  return { messageId: properties.messageId, correlationId: properties.correlationId };
}
