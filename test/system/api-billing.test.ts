import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { apiFor } from './api-people.ts';

/** What a bookkeeper does about what a customer owes, through the front door. */

const run = `billing-${randomUUID().slice(0, 8)}`;
const fiona = apiFor('fiona', 'finance');
const olga = apiFor('olga', 'operator');
const ada = apiFor('customer-123', 'customer');

const lines = [{ description: 'Consulting', quantity: 2, unitPrice: 5_000, taxRate: 1_900 }];
const invoice = (invoiceId: string) => ({ invoiceId, customerId: 'customer-123', currency: 'EUR' as const, lines });

test('an invoice is issued once, taken back in part, and paid by a transfer that a person has assigned', async () => {
  const invoiceId = `${run}-1`;
  const issued = await fiona.issueInvoice(invoice(invoiceId));
  expect(issued).toMatchObject({ outcome: 'completed', invoiceAmounts: { total: 11_900 } });
  expect(await fiona.issueInvoice(invoice(invoiceId))).toEqual(issued);
  await expect(
    fiona.issueInvoice({ ...invoice(invoiceId), lines: [{ ...lines[0], quantity: 3 }] } as never),
  ).rejects.toMatchObject({ type: 'IdempotencyConflict', detail: { field: 'invoiceId' } });
  await expect(olga.issueInvoice(invoice(`${run}-2`))).rejects.toMatchObject({ type: 'Forbidden' });

  const creditNote = { creditNoteId: `${run}-n`, invoiceId, amount: 1_900, reason: 'too much' };
  expect(await fiona.issueCreditNote(creditNote)).toMatchObject({ toInvoice: 1_900, toCredit: 0 });

  const transfer = {
    ...{ account: 'DE02120300000000202051', bankReference: run, currency: 'EUR' as const, amount: 10_000 },
    ...{ receivedOn: '2026-02-03', payer: 'Ada Lovelace', remittance: 'thank you' },
  };
  const paymentId = `${run}-p`;
  expect(await fiona.receiveTransfer({ paymentId, ...transfer })).toMatchObject({ state: 'unmatched' });
  const { contact } = await fiona.readInvoice({ invoiceId });
  const assigned = await fiona.assignTransfer({
    ...{ paymentId, customerId: 'customer-123', contact, note: 'she called' },
    allocations: [{ invoiceId, amount: 10_000 }],
  });
  expect(assigned).toMatchObject({ state: 'applied', assignedBy: 'fiona' });
  expect(await ada.readInvoice({ invoiceId })).toMatchObject({ state: 'paid', open: 0 });
});
