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
  if (!session.open) return;
  try {
    session.channel.ack(message);
  } catch {
    // The channel has begun to close: the delivery comes again, and the inbox drops it.
  }
}
