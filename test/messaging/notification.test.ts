import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerText, failureTypes, isAboutPayment } from '../../contracts/catalogue.ts';
import { listMails } from '../../doubles/mail-sink/store.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { amounts, checkoutOf } from './environment.ts';
import { type Notifications, openNotifications } from './notification-environment.ts';

let notifications: Notifications;

beforeEach(async () => {
  notifications = await openNotifications();
});

afterEach(() => notifications.stop());

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

const mailsOf = (checkoutId: string) => listMails(notifications.mails, { checkoutId, limit: 100 });

const sent = (checkoutId: string) =>
  notifications.heard.waitFor('NotificationSent', ({ subject }) => subject === checkoutId);

/** Waits until everything published before has been handled: events of later checkouts come through behind it. */
async function settle(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const { checkoutId, completed } = endings();
    await notifications.publish(completed);
    await sent(checkoutId);
  }
}

describe('one mail for each ending', () => {
  test('a completed order is confirmed, with what it cost', async () => {
    const { checkoutId, completed } = endings();

    await notifications.publish(completed);

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
      data: {
        messageId: mail?.messageId,
        template: 'order-confirmation',
        subject: { kind: 'order', id: checkoutId },
        checkoutId,
        orderId: checkoutId,
      },
    });
  });

  test.each(failureTypes.filter(isAboutPayment))(
    'an order cancelled by %s has the mail about the payment, and no other',
    async (reason) => {
      const { checkoutId, paymentFailed, cancelled } = endings();

      await notifications.publish(paymentFailed(reason), cancelled(reason));
      await sent(checkoutId);
      await settle();

      expect(await mailsOf(checkoutId)).toMatchObject([
        { template: 'payment-failed', text: expect.stringContaining(customerText(reason)) },
      ]);
    },
  );

  test('a payment that failed for a reason of ours has the mail about the order, and no other', async () => {
    const { checkoutId, paymentFailed, cancelled } = endings();

    await notifications.publish(paymentFailed('Unavailable'), cancelled('Unavailable'));
    await sent(checkoutId);
    await settle();

    expect(await mailsOf(checkoutId)).toMatchObject([{ template: 'order-cancelled' }]);
  });

  test.each(['OutOfStock', 'CancelledByCustomer'])('an order cancelled by %s has one mail', async (reason) => {
    const { checkoutId, cancelled } = endings();

    await notifications.publish(cancelled(reason));
    await sent(checkoutId);

    expect(await mailsOf(checkoutId)).toMatchObject([{ template: 'order-cancelled' }]);
  });

  test('each refund of an order has a mail, with what comes back and why', async () => {
    const { checkoutId, refunded } = endings();
    const [first, second] = [refunded('r-1'), refunded('r-2')];

    await notifications.publish(first, first, second);
    await notifications.heard.waitFor('NotificationSent', ({ causationId }) => causationId === first.id);
    await notifications.heard.waitFor('NotificationSent', ({ causationId }) => causationId === second.id);
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

    await notifications.publish(...Array.from({ length: 20 }, () => completed));
    await sent(checkoutId);
    await settle();

    expect(await mailsOf(checkoutId)).toHaveLength(1);
    const notices = notifications.heard.events.filter(
      ({ name, subject }) => name === 'NotificationSent' && subject === checkoutId,
    );
    expect(notices).toHaveLength(1);
  });
});

test('a name and a reason with line breaks and marks of direction add no header, and are one line each', async () => {
  const { checkoutId, refunded } = endings();
  const refund = refunded('r-1');
  const hostile = '\u202eAda\r\nBcc: all@example.com\r\n\r\n';
  const customer = { name: hostile, email: 'ada@example.com' };

  await notifications.publish({ ...refund, data: { ...refund.data, customer, reason: hostile } } as IntegrationEvent);
  await sent(checkoutId);

  const [mail] = await mailsOf(checkoutId);
  expect(mail).toMatchObject({ to: ['ada@example.com'], subject: expect.not.stringMatching(/Ada|Bcc/) });
  expect(mail?.text).toMatch(/^Hello Ada Bcc: all@example\.com,\n\n.*\n\nThe reason: Ada Bcc: all@example\.com\.\n$/s);
});

test('while the mail server is away mails wait, and then arrive once', async () => {
  await notifications.stopMailServer();
  const all = Array.from({ length: 10 }, () => endings());
  await notifications.publish(...all.map(({ completed }) => completed));
  await notifications.publish(all[0]?.completed as IntegrationEvent);

  await notifications.startMailServer();

  for (const { checkoutId } of all) await sent(checkoutId);
  for (const { checkoutId } of all) expect(await mailsOf(checkoutId)).toHaveLength(1);
});
