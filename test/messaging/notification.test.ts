import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerText, failureTypes, isAboutPayment } from '../../contracts/catalogue.ts';
import { createEvent, decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { listenForMails } from '../../services/mail-sink/smtp.ts';
import { keepMail, listMails } from '../../services/mail-sink/store.ts';
import { createNotificationConsumer } from '../../services/notification/consumer.ts';
import { createMailer } from '../../services/notification/mailer.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';
import { amounts, amqpUrl, checkoutOf, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';

let stops: (() => Promise<void>)[];
let broker: TestBroker;
let heard: EventRecorder;
let mails: Awaited<ReturnType<typeof openTestSchema>>;
let smtpPort: number;
let publish: (...events: IntegrationEvent[]) => Promise<void>;
let startMailServer: () => Promise<void>;
let stopMailServer: () => Promise<void>;

const retryTiers = [100, 500, 1_000].map((milliseconds) => ({ label: `${milliseconds}ms`, milliseconds }));

beforeEach(async () => {
  stops = [];
  broker = await openTestBroker({ subscriptions: [subscriptions.notification], retryTiers });
  const schema = await openTestSchema('notification');
  mails = await openTestSchema('mail-sink');
  smtpPort = 0;
  startMailServer = async () => {
    const smtp = await listenForMails({
      host: '127.0.0.1',
      port: smtpPort,
      logger: quiet,
      keep: (mail) => keepMail(mails.database, mail),
    });
    smtpPort = smtp.port;
    stopMailServer = () => smtp.stop();
  };
  await startMailServer();
  const { database } = schema;
  const { connection, publisher } = await broker.connectWithPublisher();
  publish = (...events) => publisher.publish(events);
  const relay = new OutboxRelay({ decode: decodeEvent, database, publisher, logger: quiet });
  const mailer = createMailer({ url: `smtp://127.0.0.1:${smtpPort}`, from: 'Shop <orders@shop.example>' });
  const consumer = new Consumer({
    connection,
    publisher,
    definition: createNotificationConsumer({ mailer, domain: 'shop.example' }),
    database,
    logger: quiet,
    batchSize: 1,
    concurrency: 4,
    afterCommit: () => relay.wake(),
  });
  await consumer.ready;
  heard = await recordEvents(amqpUrl(), { topology: broker.topology, logger: quiet });
  stops.push(
    () => consumer.stop(),
    () => relay.stop(),
    async () => mailer.close(),
    () => stopMailServer(),
    () => heard.close(),
    () => broker.close(),
    () => mails.close(),
    () => schema.close(),
  );
});

afterEach(async () => {
  for (const stop of stops) await stop();
});

function endings(checkoutId = `c-${randomUUID()}`) {
  const { envelope, order } = checkoutOf(checkoutId);
  const customer = { name: 'Ada Lovelace', email: 'ada@example.com' };
  const failed = (reason: string) => ({ reason, message: `because of ${reason}`, customer, amounts });
  return {
    checkoutId,
    completed: createEvent({
      ...envelope,
      name: 'OrderCompleted',
      sequence: 4,
      data: { ...order, customer, amounts, itemCount: 3 },
    }),
    paymentFailed: (reason = 'CardDeclined') =>
      createEvent({
        ...envelope,
        name: 'PaymentFailed',
        sequence: 3,
        data: { ...order, ...failed(reason), paymentId: `${checkoutId}-1` },
      }),
    cancelled: (reason: string) =>
      createEvent({ ...envelope, name: 'OrderCancelled', sequence: 5, data: { ...order, ...failed(reason) } }),
    refunded: (refundId: string) =>
      createEvent({
        ...envelope,
        name: 'OrderRefunded',
        origin: `refund/${refundId}`,
        sequence: 1,
        data: {
          ...order,
          customer,
          refundId,
          paymentId: `${checkoutId}-1`,
          amounts: { currency: 'USD', goods: 2_500, discount: 50, shipping: 0, tax: 216, total: 2_666 },
          itemCount: 2,
          reason: 'too bright',
        },
      }),
  };
}

const mailsOf = (checkoutId: string) => listMails(mails.database, { checkoutId, limit: 100 });

const sent = (checkoutId: string) => heard.waitFor('NotificationSent', ({ subject }) => subject === checkoutId);

/** Waits until everything published before has been handled: events of later checkouts come through behind it. */
async function settle(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const { checkoutId, completed } = endings();
    await publish(completed);
    await sent(checkoutId);
  }
}

describe('one mail for each ending', () => {
  test('a completed order is confirmed, with what it cost', async () => {
    const { checkoutId, completed } = endings();

    await publish(completed);

    const event = await sent(checkoutId);
    const [mail, ...others] = await mailsOf(checkoutId);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      messageId: `<${completed.id}@shop.example>`,
      from: 'orders@shop.example',
      to: ['ada@example.com'],
      template: 'order-confirmation',
      copies: 1,
      text: expect.stringMatching(/^Hello Ada Lovelace,.*Total +58\.32 USD$/ms),
    });
    expect(event).toMatchObject({
      correlationId: completed.correlationId,
      causationId: completed.id,
      data: { messageId: mail?.messageId, template: 'order-confirmation', checkoutId },
    });
  });

  test.each(failureTypes.filter(isAboutPayment))(
    'an order cancelled by %s has the mail about the payment, and no other',
    async (reason) => {
      const { checkoutId, paymentFailed, cancelled } = endings();

      await publish(paymentFailed(reason), cancelled(reason));
      await sent(checkoutId);
      await settle();

      expect(await mailsOf(checkoutId)).toMatchObject([
        { template: 'payment-failed', text: expect.stringContaining(customerText(reason)) },
      ]);
    },
  );

  test('a payment that failed for a reason of ours has the mail about the order, and no other', async () => {
    const { checkoutId, paymentFailed, cancelled } = endings();

    await publish(paymentFailed('Unavailable'), cancelled('Unavailable'));
    await sent(checkoutId);
    await settle();

    expect(await mailsOf(checkoutId)).toMatchObject([{ template: 'order-cancelled' }]);
  });

  test.each(['OutOfStock', 'CancelledByCustomer'])('an order cancelled by %s has one mail', async (reason) => {
    const { checkoutId, cancelled } = endings();

    await publish(cancelled(reason));
    await sent(checkoutId);

    expect(await mailsOf(checkoutId)).toMatchObject([{ template: 'order-cancelled' }]);
  });

  test('each refund of an order has a mail, with what comes back and why', async () => {
    const { checkoutId, refunded } = endings();
    const [first, second] = [refunded('r-1'), refunded('r-2')];

    await publish(first, first, second);
    await heard.waitFor('NotificationSent', ({ causationId }) => causationId === first.id);
    await heard.waitFor('NotificationSent', ({ causationId }) => causationId === second.id);
    await settle();

    const received = await mailsOf(checkoutId);
    expect(received.map(({ messageId }) => messageId).sort()).toEqual(
      [first, second].map(({ id }) => `<${id}@shop.example>`).sort(),
    );
    for (const mail of received) {
      expect(mail).toMatchObject({
        template: 'order-refunded',
        copies: 1,
        subject: `We have refunded 26.66 USD of your order ${checkoutId}`,
        text: expect.stringMatching(/^Hello Ada Lovelace,.*2 items.*Total +26\.66 USD\n\nThe reason: too bright\.$/ms),
      });
    }
  });

  test('an event that comes many times sends one mail and one NotificationSent', async () => {
    const { checkoutId, completed } = endings();

    await publish(...Array.from({ length: 20 }, () => completed));
    await sent(checkoutId);
    await settle();

    expect(await mailsOf(checkoutId)).toHaveLength(1);
    const notices = heard.events.filter(({ name, subject }) => name === 'NotificationSent' && subject === checkoutId);
    expect(notices).toHaveLength(1);
  });
});

test('a name and a reason with line breaks and marks of direction add no header, and are one line each', async () => {
  const { checkoutId, refunded } = endings();
  const refund = refunded('r-1');
  const hostile = '\u202eAda\r\nBcc: all@example.com\r\n\r\n';
  const customer = { name: hostile, email: 'ada@example.com' };

  await publish({ ...refund, data: { ...refund.data, customer, reason: hostile } } as IntegrationEvent);
  await sent(checkoutId);

  const [mail] = await mailsOf(checkoutId);
  expect(mail).toMatchObject({ to: ['ada@example.com'], subject: expect.not.stringMatching(/Ada|Bcc/) });
  expect(mail?.text).toMatch(/^Hello Ada Bcc: all@example\.com,\n\n.*\n\nThe reason: Ada Bcc: all@example\.com\.\n$/s);
});

test('while the mail server is away mails wait, and then arrive once', async () => {
  await stopMailServer();
  const all = Array.from({ length: 10 }, () => endings());
  await publish(...all.map(({ completed }) => completed));
  await publish(all[0]?.completed as IntegrationEvent);

  await startMailServer();

  for (const { checkoutId } of all) await sent(checkoutId);
  for (const { checkoutId } of all) expect(await mailsOf(checkoutId)).toHaveLength(1);
});
