import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { subscriptions } from '../../events/subscriptions.ts';
import { waitUntil } from '../../parts/wait.ts';
import { apiFor, send, tokenOf } from './api-people.ts';

/** What the front door hands on in the name of who calls. */

const olga = apiFor('olga', 'operator');
const fiona = apiFor('fiona', 'finance');

test('who works on the money reads the books', async () => {
  const orderId = `records-${randomUUID().slice(0, 8)}`;
  const lines = [{ sku: 'product-1', quantity: 1 }];
  const cart = {
    customerId: 'customer-123',
    lines,
    currency: 'USD',
    country: 'US',
    paymentMethod: 'pm_card_visa',
  } as const;
  await olga.placeCheckout({ ...cart, lines, checkoutId: orderId });
  for await (const _ of await olga.watchCheckout({ checkoutId: orderId }));

  const { totals } = await fiona.readTrialBalance({ currency: 'USD' });
  expect(totals).toMatchObject([{ currency: 'USD' }]);
  expect(totals[0]?.debits).toBe(totals[0]?.credits);
  const { journals } = await fiona.listJournals({ limit: 1_000 });
  const [line] = journals.flatMap((journal) => journal.lines).filter(({ currency }) => currency === 'USD');
  const account = line?.account ?? '';
  expect(await fiona.readAccount({ account, currency: 'USD' })).toMatchObject({ account, currency: 'USD' });
  await expect(olga.readTrialBalance({})).rejects.toMatchObject({ type: 'Forbidden' });
});

test('a message that is discarded keeps who has discarded it: as their token says, which the archive verifies itself', async () => {
  const subject = `records-${randomUUID().slice(0, 8)}`;
  const model = await amqp.connect(process.env['AMQP_URL'] as string);
  const channel = await model.createConfirmChannel();
  // No event at all: every consumer parks it.
  channel.sendToQueue(subscriptions.ledger.queue, Buffer.from('{}'), { messageId: subject });
  await channel.waitForConfirms();
  await model.close();
  const parked = async () =>
    (await olga.listDeadLetters({ state: 'parked', limit: 100 })).deadLetters.find(
      ({ messageId }) => messageId === subject,
    );
  expect(await waitUntil(async () => (await parked()) !== undefined, { within: 20_000 })).toBe(true);
  const deadLetterId = (await parked())?.deadLetterId ?? 0;

  const token = await tokenOf('olga', 'operator');
  const body = { reason: 'a test', by: 'the chief auditor' };
  expect(await send('POST', `/v1/dead-letters/${deadLetterId}/discard`, { token, body })).toMatchObject({
    status: 400,
    body: { field: 'by' },
  });
  expect(await olga.discardDeadLetter({ deadLetterId, reason: 'a test' })).toMatchObject({ state: 'discarded' });
  expect((await olga.readDeadLetter({ deadLetterId })).actions).toMatchObject([
    { action: 'discarded', by: 'olga', reason: 'a test' },
  ]);
});
