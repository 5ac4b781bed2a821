import { z } from 'zod';
import { checkoutIdSchema, orderIdSchema } from '../../contracts/identifiers.ts';
import { subjectSchema, wordsSchema } from '../../contracts/subject.ts';
import { type EventContracts, newVersion } from '../../messaging/envelope/contracts.ts';

const messageId = z.string().describe('The Message-ID of the mail.');

export const notificationEvents = {
  NotificationSent: newVersion(
    {
      type: 'notification.mail.sent.v1',
      data: z.object({
        messageId,
        template: z
          .enum(['order-confirmation', 'payment-failed', 'order-cancelled', 'order-refunded'])
          .describe('Which letter it was.'),
        checkoutId: checkoutIdSchema.describe('The checkout that the mail is about.'),
        orderId: orderIdSchema.describe('The order that the mail is about.'),
      }),
    },
    {
      type: 'notification.mail.sent.v2',
      publisher: 'notification',
      when: 'The mail server has taken a mail.',
      data: z.object({
        messageId,
        template: wordsSchema.describe('Which letter it was: `order-confirmation`. Others may come.'),
        subject: subjectSchema.describe('What the mail is about.'),
        orderId: orderIdSchema.optional().describe('The order whose history tells of the mail, if there is one.'),
        checkoutId: checkoutIdSchema.optional().describe('The checkout of that order.'),
      }),
    },
    (data) => ({ ...data, subject: { kind: 'order', id: data.orderId } }),
  ),
} as const satisfies EventContracts;
