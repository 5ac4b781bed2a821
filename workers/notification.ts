import { z } from 'zod';
import { readConfiguration } from '../platform/configuration.ts';
import { readSealedTexts } from '../platform/payloads/sealed-texts.ts';
import { createMailCommandConsumer, createNotificationConsumer } from '../services/notification/consumer.ts';
import { createMailer, domainOf } from '../services/notification/mailer.ts';
import { mailRetention } from '../services/notification/retention.ts';
import { readSeller } from '../services/notification/seller.ts';
import { consumerRole } from './consumer-role.ts';

const environment = z.object({
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'use smtp://host:port, or smtps' }),
  MAIL_FROM: z.string().includes('@').default('Durable checkout <orders@shop.example>'),
  /** The page that payslips are read on; mails add `/` and the id. Without it they name the id alone. */
  PAYSLIP_PAGE_URL: z.url({ protocol: /^https?$/, error: 'use the address of a page: https://host/path' }).optional(),
});

export const role = consumerRole({
  schema: 'notification',
  migrations: new URL('../services/notification/migrations', import.meta.url),
  open(context) {
    const { SMTP_URL, MAIL_FROM, PAYSLIP_PAGE_URL: payslipPage } = readConfiguration(environment, context.environment);
    const seller = readSeller(context.environment);
    const mailer = createMailer({ url: SMTP_URL, from: MAIL_FROM });
    const sealedTexts = readSealedTexts(context.environment);
    const options = { mailer, domain: domainOf(MAIL_FROM), seller, sealedTexts, payslipPage };
    return {
      definitions: [createNotificationConsumer(options), createMailCommandConsumer(options)],
      // A mail cannot be rolled back.
      batchSize: 1,
      concurrency: 8,
      emitsEvents: true,
      retentions: [mailRetention(context.environment)],
      close: () => mailer.close(),
    };
  },
});
