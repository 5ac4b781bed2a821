import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { IntegrationEvent } from '../envelope/integration-event.ts';

/** Deliveries belong to the channel they came by; when it is gone, their acknowledgements are void. */
export interface Session {
  readonly channel: ConfirmChannel;
  open: boolean;
}

export interface Delivery {
  readonly session: Session;
  readonly message: ConsumeMessage;
}

export interface ReadableDelivery extends Delivery {
  /** When it was taken up, by `performance.now()`. */
  readonly begunAt: number;
  readonly event: IntegrationEvent;
}

/** Acknowledges a delivery, unless its channel is gone. */
export function acknowledge({ session, message }: Delivery): void {
  answer(session, () => session.channel.ack(message));
}

/**
 * Gives a delivery back, unless its channel is gone.
 *
 * @param requeue whether it comes again; else the broker parks it
 */
export function reject({ session, message }: Delivery, requeue: boolean): void {
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
