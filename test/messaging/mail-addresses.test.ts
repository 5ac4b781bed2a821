import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { listenForMails } from '../../doubles/mail-sink/smtp.ts';
import { keepMail, listMails } from '../../doubles/mail-sink/store.ts';
import { createMailer, type Mailer } from '../../services/notification/mailer.ts';
import { openTestSchema, quiet } from './environment.ts';

let schema: Awaited<ReturnType<typeof openTestSchema>>;
let smtp: Awaited<ReturnType<typeof listenForMails>>;
let mailer: Mailer;

beforeAll(async () => {
  schema = await openTestSchema('mail-sink');
  smtp = await listenForMails({
    host: '127.0.0.1',
    port: 0,
    logger: quiet,
    keep: (mail) => keepMail(schema.database, mail),
  });
  mailer = createMailer({ url: `smtp://127.0.0.1:${smtp.port}`, from: 'Shop <orders@shop.example>' });
});

afterAll(async () => {
  mailer.close();
  await smtp.stop();
  await schema.close();
});

describe('an address that the customers service takes', () => {
  test.each([
    'ada@example.com',
    'kunde@xn--80ak6aa92e.xn--p1ai',
    'kunde@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444',
    'a&b@example.com',
    'o/brien@example.com',
    "!#$%&'*+/=?^_`{|}~-@example.com",
    'j\u00fcrgen@example.de',
    '"a,b"@example.com',
    '"a\\"b"@example.com',
    'a@[192.0.2.1]',
    'a@[IPv6:2001:db8::1]',
  ])('gets its mail: %s', async (address) => {
    expect(mailAddressSchema.safeParse(address).success).toBe(true);
    const messageId = `<${Buffer.from(address).toString('hex')}@shop.example>`;
    const to = { name: 'Ada Lovelace', address };

    await mailer.send({ messageId, to, subject: 'Your order', text: 'Thank you', headers: {} });

    expect(await listMails(schema.database, { to: address, limit: 10 })).toMatchObject([
      { messageId, to: [expect.any(String)] },
    ]);
  });
});
