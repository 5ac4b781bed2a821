import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { ReceivedMail } from '../../doubles/mail-sink/contract.ts';
import { buildMailSinkServer } from '../../doubles/mail-sink/server.ts';
import { listMails } from '../../doubles/mail-sink/store.ts';
import { createEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { createMailCommandConsumer } from '../../services/notification/consumer.ts';
import { invoiceDocument } from '../../services/notification/invoice-document.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';
import { quiet } from './environment.ts';
import { type Notifications, openNotifications } from './notification-environment.ts';

const lines = [
  { description: 'Καφές 茶 <b>&', quantity: 1, unitPrice: 10_000, taxRate: 800 },
  ...Array.from({ length: 999 }, (_, index) => ({ description: `${index}`, quantity: 1, unitPrice: 0, taxRate: 800 })),
];

/** To mail an invoice of as many lines as one may have. */
const command = (number = 'INV-000017') =>
  createEvent({
    name: 'SendInvoiceEmail',
    origin: `invoice/${number}`,
    sequence: 2,
    subject: 'invoice-7',
    time: '2026-01-31T12:00:00.000Z',
    correlationId: 'invoice-7',
    causationId: 'invoice/invoice-7',
    data: {
      invoiceId: 'invoice-7' as never,
      number,
      customerId: 'customer-7' as never,
      customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
      amounts: { currency: 'EUR', net: 10_000, tax: 800, total: 10_800 },
      issueDate: '2026-01-31',
      dueDate: '2026-03-02',
      lines,
      taxes: [{ rate: 800, net: 10_000, tax: 800 }],
    },
  });

let notifications: Notifications;
/** How many mails the mail server takes before the connection breaks that says so. */
let unheardAnswers = 0;

beforeEach(async () => {
  unheardAnswers = 0;
  notifications = await openNotifications(subscriptions.notificationCommands, ({ mailer, domain, seller }) =>
    createMailCommandConsumer({
      domain,
      seller,
      mailer: {
        async send(mail) {
          await mailer.send(mail);
          unheardAnswers -= 1;
          if (unheardAnswers >= 0) throw new Error('the connection broke before the answer');
        },
      },
    }),
  );
});

afterEach(() => notifications.stop());

async function mailsAfter(...commands: ReturnType<typeof command>[]): Promise<ReceivedMail[]> {
  await notifications.publish(...commands);
  for (const { id } of commands) {
    await notifications.heard.waitFor('NotificationSent', ({ causationId }) => causationId === id);
  }
  return listMails(notifications.mails, { limit: 10 });
}

test('the invoice arrives as a PDF, which the mail sink shows and lets one download', async () => {
  const invoice = command();
  const expected = await invoiceDocument(invoice.data, readSeller(sellerVariables));

  const mails = await mailsAfter(invoice);

  expect(mails).toMatchObject([
    {
      template: 'invoice',
      text: expect.stringContaining('Here is your invoice INV-000017 of 108.00 EUR.'),
      attachments: [{ name: 'INV-000017.pdf', type: 'application/pdf', size: expected.length }],
    },
  ]);
  const server = buildMailSinkServer(notifications.mails, quiet);
  const path = `/mails/${mails[0]?.mailId}/attachments/INV-000017.pdf`;
  expect((await server.inject('/')).body).toContain(`<a href="${path}">INV-000017.pdf</a>`);
  const download = await server.inject(path);
  expect(download.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': "attachment; filename*=UTF-8''INV-000017.pdf",
  });
  expect(download.rawPayload.equals(expected)).toBe(true);
  expect((await server.inject(`${path}.exe`)).json()).toMatchObject({ type: expect.stringContaining('NotFound') });
  await server.close();
});

test('a mail that is sent twice is the same but for its date', async () => {
  unheardAnswers = 1;

  const mails = await mailsAfter(command());

  expect(mails).toMatchObject([{ copies: 2 }, { copies: 2 }]);
  const { rows } = await sql<{ raw: Buffer }>`select raw from mails`.execute(notifications.mails);
  const [first, second] = rows.map(({ raw }) => raw.toString('latin1').replace(/^Date: .*\r\n/m, ''));
  expect(first === second).toBe(true);
});

test('a number that is no name of a file makes one', async () => {
  const [mail] = await mailsAfter(command('../2026/"17"\r\nBcc: all@example.com'));

  expect(mail).toMatchObject({
    to: ['ada@example.org'],
    attachments: [{ name: '..-2026-17-Bcc-all-example.com.pdf' }],
  });
});
