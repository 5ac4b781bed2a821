import { sql, type Transaction } from 'kysely';
import type { CheckoutId, OrderId } from '../../contracts/identifiers.ts';
import { defineConsumer } from '../../events/consumers.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import type { ConsumerDefinition } from '../../messaging/consuming/definition.ts';
import type { Mailer } from './mailer.ts';
import {
  type Letter,
  orderCancelled,
  orderConfirmation,
  orderRefunded,
  paymentFailed,
  providerRefunded,
  recipientName,
} from './templates.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type NotificationTables = Record<never, never>;

export interface NotificationOptions {
  readonly mailer: Pick<Mailer, 'send'>;
  /** The right side of every Message-ID: `shop.example`. */
  readonly domain: string;
}

type MailedEvent = IntegrationEvent<(typeof subscriptions.notification.events)[number]>;

/** Writes to the customer, once for each event that owes a mail. Its transactions must hold one event each. */
export function createNotificationConsumer({
  mailer,
  domain,
}: NotificationOptions): ConsumerDefinition<NotificationTables> {
  /**
   * The mail leaves last, when everything else of the transaction is written: only a failure between the mail server's
   * yes and the commit sends it a second time, then with the same Message-ID.
   */
  async function notify(
    event: MailedEvent,
    letter: Letter | undefined,
    transaction: Transaction<NotificationTables>,
  ): Promise<void> {
    if (!letter) return;
    const { checkoutId, orderId, customer } = event.data;
    const messageId = `<${event.id}@${domain}>`;
    await sql`
      insert into mails (message_id, event_id, template, recipient, checkout_id, order_id)
      values (${messageId}, ${event.id}, ${letter.template}, ${customer.email}, ${checkoutId}, ${orderId})
    `.execute(transaction);
    await appendToOutbox(transaction, sentEvent(event, letter, messageId));
    await mailer.send({
      messageId,
      to: { name: recipientName(customer), address: customer.email },
      subject: letter.subject,
      text: letter.text,
      headers: { 'X-Checkout-Id': checkoutId, 'X-Order-Id': orderId, 'X-Template': letter.template },
    });
  }

  return defineConsumer<NotificationTables>()({
    ...subscriptions.notification,
    handlers: {
      OrderCompleted: (event, transaction) => notify(event, orderConfirmation(event), transaction),
      PaymentFailed: (event, transaction) => notify(event, paymentFailed(event), transaction),
      OrderCancelled: (event, transaction) => notify(event, orderCancelled(event), transaction),
      OrderRefunded: (event, transaction) => notify(event, orderRefunded(event), transaction),
      ProviderRefunded: (event, transaction) => notify(event, providerRefunded(event), transaction),
    },
  });
}

function sentEvent(cause: MailedEvent, { template }: Letter, messageId: string): IntegrationEvent {
  const { checkoutId, orderId }: { checkoutId: CheckoutId; orderId: OrderId } = cause.data;
  return createEvent({
    name: 'NotificationSent',
    origin: `notification/${cause.id}`,
    sequence: 1,
    subject: cause.subject,
    time: new Date().toISOString(),
    correlationId: cause.correlationId,
    causationId: cause.id,
    traceparent: cause.traceparent,
    data: { messageId, template, checkoutId, orderId },
  });
}
