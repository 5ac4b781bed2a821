import { sql, type Transaction } from 'kysely';
import { isErased } from '../../contracts/erased-customer.ts';
import { defineConsumer } from '../../events/consumers.ts';
import type { EventData, EventName } from '../../events/contracts/index.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { sealedPartOf } from '../../events/sealed-part.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import type { ConsumerDefinition, EventHandler } from '../../messaging/consuming/definition.ts';
import { SealedTexts } from '../../platform/payloads/sealed-texts.ts';
import type { Attachment, Letter } from './letter.ts';
import { recipientName } from './letter-text.ts';
import { commandedLetters, letters } from './letters/index.ts';
import type { Mailer } from './mailer.ts';
import type { Seller } from './seller.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type NotificationTables = Record<never, never>;

export interface NotificationOptions {
  readonly mailer: Pick<Mailer, 'send'>;
  /** The right side of every Message-ID: `shop.example`. */
  readonly domain: string;
  readonly seller: Seller;
  /** Opens what of the events is sealed. @default it has no keys */
  readonly sealedTexts?: SealedTexts;
  readonly payslipPage?: string | undefined;
}

/** Writes a mail, once for each event that owes one. Its transactions must hold one event each. */
export const createNotificationConsumer = (options: NotificationOptions): ConsumerDefinition<NotificationTables> =>
  createLetterConsumer(subscriptions.notification, letters, options);

/** The same for each command to write one. */
export const createMailCommandConsumer = (options: NotificationOptions): ConsumerDefinition<NotificationTables> =>
  createLetterConsumer(subscriptions.notificationCommands, commandedLetters, options);

/**
 * The same with letters of one's own, one for each event. A subscription to an event that none of them answers does not
 * compile.
 */
export function createLetterConsumer<const Name extends EventName>(
  subscription: Subscription<NoInfer<Name>>,
  letters: readonly Letter<Name>[],
  { mailer, domain, seller, sealedTexts = new SealedTexts(undefined), payslipPage }: NotificationOptions,
): ConsumerDefinition<NotificationTables> {
  /**
   * The mail leaves last, when everything else of the transaction is written: only a failure between the mail server's
   * yes and the commit sends it a second time, then with the same Message-ID.
   */
  async function send(
    letter: Letter,
    event: IntegrationEvent,
    transaction: Transaction<NotificationTables>,
  ): Promise<void> {
    const opened = await sealedPartOf(sealedTexts, event);
    const written = letter.write(event, seller, { opened, payslipPage });
    if (!written || isErased(written.recipient)) return;
    const { about, order, recipient, subject, text, attachments = [] } = written;
    const { template } = letter;
    const messageId = `<${event.id}@${domain}>`;
    await sql`
      insert into mails (message_id, event_id, template, subject_kind, subject_id)
      values (${messageId}, ${event.id}, ${template}, ${about.kind}, ${about.id})
    `.execute(transaction);
    await appendToOutbox(transaction, sentEvent(event, { messageId, template, subject: about, ...order }));
    await mailer.send({
      messageId,
      to: { name: recipientName(recipient), address: recipient.email },
      subject,
      text,
      headers: {
        'X-Subject-Kind': about.kind,
        'X-Subject-Id': about.id,
        'X-Template': template,
        ...(order && { 'X-Checkout-Id': order.checkoutId, 'X-Order-Id': order.orderId }),
      },
      attachments: await Promise.all(attachments.map(made)),
    });
  }

  const handlers = Object.fromEntries<EventHandler<never, NotificationTables>>(
    letters.map((letter) => [letter.event, (event, transaction) => send(letter, event, transaction)]),
  ) as { [Each in Name]: EventHandler<IntegrationEvent<Each>, NotificationTables> };
  return defineConsumer<NotificationTables>()({ ...subscription, handlers });
}

const made = async ({ name, type, content }: Attachment) => ({ name, type, content: await content() });

const sentEvent = (cause: IntegrationEvent, data: EventData<'NotificationSent'>): IntegrationEvent =>
  createEvent({
    name: 'NotificationSent',
    origin: `notification/${cause.id}`,
    sequence: 1,
    subject: cause.subject,
    time: new Date().toISOString(),
    correlationId: cause.correlationId,
    causationId: cause.id,
    traceparent: cause.traceparent,
    data,
  });
