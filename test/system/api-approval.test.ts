import { expect, test } from '@jest/globals';
import { createServiceClients } from '../../client/services.ts';
import { apiFor, send, tokenOf } from './api-people.ts';
import { ownShop } from './command-line-shop.ts';

const { run, customer, sku, open } = ownShop();
const refundId = `${run}-refund`;

const ada = apiFor(customer, 'customer');
const olga = apiFor('olga', 'operator', 'finance');
const mara = apiFor('mara', 'manager');

/** Follows a process until it waits for a person, or ends. */
async function firstWaiting<Data extends { waitingFor?: object | undefined }>(events: AsyncIterable<{ data: Data }>) {
  let last: Data | undefined;
  for await (const { data } of events) {
    last = data;
    if (data.waitingFor) break;
  }
  return last;
}

test('a refund above the limit is approved by another person than the one who asked for it, as their tokens say', async () => {
  await open();
  const { catalog } = createServiceClients(process.env as Record<string, string>);
  await catalog.importProducts({ products: [{ sku, name: 'Lamp', prices: { JPY: 6_000 } }] });
  const lines = [{ sku, quantity: 2 }];
  const cart = { checkoutId: run, lines, currency: 'JPY' as const, country: 'US', paymentMethod: 'pm_card_visa' };
  expect(await ada.placeCheckout(cart)).toMatchObject({ answer: 'accepted' });
  for await (const { event } of await ada.watchCheckout({ checkoutId: run })) if (event === 'ended') break;

  const asAnother = await send('PUT', `/v1/refunds/${refundId}`, {
    token: await tokenOf('olga', 'operator'),
    body: { orderId: run, reason: 'broken', requestedBy: { subject: 'mara', issuer: 'urn:durable-checkout:local' } },
  });
  expect(asAnother).toMatchObject({ status: 400, body: { field: 'requestedBy' } });

  await olga.requestRefund({ refundId, orderId: run, reason: 'broken' });
  const refund = { kind: 'refund', id: refundId };
  const waiting = await firstWaiting(await mara.watchProcess(refund));
  expect(waiting).toMatchObject({
    waitingFor: { who: 'approver' },
    decisions: [{ by: 'olga', issuer: expect.any(String), state: 'requested' }],
  });
  const { version } = await mara.readProcess(refund);

  const approval = { ...refund, decision: 'approve', note: 'seen the lamps', version } as const;
  await expect(olga.decideApproval(approval)).rejects.toMatchObject({ type: 'SecondPersonNeeded' });
  await expect(apiFor('rita', 'reviewer').decideApproval(approval)).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await mara.decideApproval(approval)).toMatchObject({ by: 'mara', confirms: { by: 'olga' } });
  for await (const { data } of await ada.watchRefund({ refundId })) if (data.state === 'completed') break;
  expect(await ada.readRefund({ refundId })).toMatchObject({ state: 'completed', amounts: { total: 12_000 } });
});
