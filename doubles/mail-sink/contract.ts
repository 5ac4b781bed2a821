import { z } from 'zod';
import { checkoutIdSchema, recordedInstantSchema } from '../../contracts/identifiers.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

const mailSchema = z.object({
  mailId: z.int(),
  /** With the angle brackets. */
  messageId: z.string(),
  /** How many mails with this Message-ID came in; more than 1 shows a mail that was sent twice. */
  copies: z.int(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  /** Plain text. */
  text: z.string(),
  /** The header X-Checkout-Id. */
  checkoutId: z.string().nullable(),
  /** The header X-Template. */
  template: z.string().nullable(),
  receivedAt: recordedInstantSchema,
  attachments: z
    .array(z.object({ name: z.string(), type: z.string(), size: z.int().describe('In bytes.') }))
    .describe('`GET /mails/:mailId/attachments/:name` downloads one.'),
});

export type ReceivedMail = z.infer<typeof mailSchema>;

export const mailSinkContract = defineHttpContract({
  name: 'mail-sink',
  version: '1.0.0',
  summary: 'A mail server that keeps what it gets and delivers nothing',
  operations: {
    listMails: {
      method: 'GET',
      path: '/mails',
      access: 'public',
      summary: 'The mails that came in, newest first',
      input: z.strictObject({
        to: z.string().optional(),
        checkoutId: checkoutIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(100),
      }),
      output: z.object({ mails: z.array(mailSchema) }),
      failures: [],
    },
    findMail: {
      method: 'GET',
      path: '/mails/:mailId',
      access: 'public',
      summary: 'One mail',
      input: z.strictObject({ mailId: z.coerce.number().int().min(1) }),
      output: mailSchema,
      failures: ['NotFound'],
    },
  },
});

export type MailSinkClient = HttpClient<typeof mailSinkContract>;
