import { z } from 'zod';
import { checkoutIdSchema, orderIdSchema } from '../../contracts/identifiers.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

export const notificationEvents = {
  NotificationSent: {
    type: 'notification.mail.sent.v1',
    publisher: 'notification',
    when: 'The mail server has taken a mail to the customer.',
    data: z.object({
      messageId: z.string().describe('The Message-ID of the mail.'),
      template: z
        .enum(['order-confirmation', 'payment-failed', 'order-cancelled', 'order-refunded'])
        .describe('Which letter it was.'),
      checkoutId: checkoutIdSchema.describe('The checkout that the mail is about.'),
      orderId: orderIdSchema.describe('The order that the mail is about.'),
    }),
  },
} as const satisfies EventContracts;
