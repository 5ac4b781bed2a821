import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listMails } from '../../doubles/mail-sink/store.ts';
import { createEvent } from '../../events/integration-event.ts';
import { createLetterConsumer } from '../../services/notification/consumer.ts';
import { defineLetter } from '../../services/notification/letter.ts';
import { eventually } from './environment.ts';
import { type Notifications, openNotifications } from './notification-environment.ts';

/** What another context would add: one letter, about something that is no order. */
const accountBanned = defineLetter({
  event: 'AccountBanned',
  template: 'account-banned-2',
  write: ({ data: { customerId, reason } }) =>
    reason === 'tidied up'
      ? undefined
      : {
          about: { kind: 'customer-account', id: customerId },
          recipient: { name: 'Grace Hopper', email: 'accounts@shop.example' },
          subject: 'An account is banned',
          text: `The account ${customerId} is banned: ${reason}\n`,
        },
});

const subscription = { name: 'notification', queue: 'notification.events.v1', events: ['AccountBanned'] } as const;

const banned = (customerId: string, reason: string) =>
  createEvent({
    name: 'AccountBanned',
    origin: `customers/${customerId}`,
    sequence: 1,
    subject: customerId,
    time: '2026-01-31T12:00:00.000Z',
    correlationId: customerId,
    causationId: `customers/${customerId}`,
    data: { customerId, reason },
  });

let notifications: Notifications;

beforeEach(async () => {
  notifications = await openNotifications(subscription, (options) =>
    createLetterConsumer(subscription, [accountBanned], options),
  );
});

afterEach(() => notifications.stop());

test('a mail that is about no order is noted, published and sent with its own subject', async () => {
  const { publish, heard, database, mails } = notifications;
  const event = banned('customer-1', 'fraud');

  await publish(banned('customer-2', 'tidied up'), event, event);

  const { name, type, subject, causationId, data } = await heard.waitFor('NotificationSent', () => true);
  const messageId = `<${event.id}@shop.example>`;
  const about = { kind: 'customer-account', id: 'customer-1' };
  expect({ name, type, subject, causationId, data }).toEqual({
    name: 'NotificationSent',
    type: 'notification.mail.sent.v2',
    subject: 'customer-1',
    causationId: event.id,
    data: { messageId, template: 'account-banned-2', subject: about },
  });
  await eventually(async () => {
    const { rows } = await sql`select from inbox`.execute(database);
    return rows.length === 2;
  });
  const { rows } = await sql<object>`
    select message_id, event_id, template, recipient, subject_kind, subject_id from mails
  `.execute(database);
  expect(rows).toEqual([
    {
      ...{ message_id: messageId, event_id: event.id, template: 'account-banned-2' },
      ...{ recipient: null, subject_kind: 'customer-account', subject_id: 'customer-1' },
    },
  ]);
  expect(await listMails(mails, { limit: 10 })).toMatchObject([
    { messageId, to: ['accounts@shop.example'], template: 'account-banned-2', checkoutId: null, copies: 1 },
  ]);
  const { rows: raw } = await sql<{ raw: Buffer }>`select raw from mails`.execute(mails);
  expect(raw[0]?.raw.toString()).toMatch(/^X-Subject-Kind: customer-account\r\nX-Subject-ID: customer-1\r\n/im);
  expect(raw[0]?.raw.toString()).not.toMatch(/^X-(Checkout|Order)-Id/im);
});
