import { z } from 'zod';
import { checkoutIdSchema, orderIdSchema } from '../../contracts/identifiers.ts';

export const notificationEvents = {
  NotificationSent: {
    type: 'notification.mail.sent.v1',
    data: z.object({
      /** The Message-ID of the mail. */
      messageId: z.string(),
      template: z.enum(['order-confirmation', 'payment-failed', 'order-cancelled']),
      checkoutId: checkoutIdSchema,
      orderId: orderIdSchema,
    }),
  },
} as const;
