import { z } from 'zod';
import { checkoutIdSchema, orderIdSchema } from '../../contracts/identifiers.ts';
import { type EventContracts, newVersion } from '../../messaging/envelope/contracts.ts';

/** Open, so that neither a new letter nor a new kind of subject breaks the contract. */
const words = () =>
  z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'is lower-case words with hyphens between them, such as payment-failed');

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
        template: words().describe('Which letter it was: `order-confirmation`. Others may come.'),
        subject: z
          .object({
            kind: words().describe('What kind of thing: `order`. Others may come.'),
            id: z
              .string()
              .regex(
                /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
                'is 1 to 128 letters, digits, dots, dashes and underscores, and begins with a letter or digit',
              )
              .describe('Which one, by its id.'),
          })
          .describe('What the mail is about.'),
        orderId: orderIdSchema.optional().describe('The order whose history tells of the mail, if there is one.'),
        checkoutId: checkoutIdSchema.optional().describe('The checkout of that order.'),
      }),
    },
    (data) => ({ ...data, subject: { kind: 'order', id: data.orderId } }),
  ),
} as const satisfies EventContracts;
