import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type BillingEnvironment, draft, openBilling } from './billing-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

afterAll(() => environment?.service.stop());

/** An invoice of 108.00 EUR of a customer of its own. */
async function issued(invoiceId: string, change: Parameters<typeof draft>[1] = {}) {
  return environment.billing.issueInvoice(draft(invoiceId, { customerId: `customer-${invoiceId}`, ...change }));
}

const openOf = async (invoiceId: string) => (await environment.billing.findInvoice({ invoiceId })).open;

async function eventsOf(subject: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${subject} order by position
  `.execute(environment.service.database);
  return rows.map(({ body }) => JSON.parse(body)).filter(({ type }) => type !== 'notification.send-invoice-email.v1');
}

const transfer = (paymentId: string, change: object = {}) => ({
  paymentId,
  account: 'DE02120300000000202051',
  bankReference: paymentId,
  currency: 'EUR' as const,
  amount: 10_800,
  receivedOn: '2026-02-10',
  ...change,
});

describe('a card', () => {
  test('claims what is open, and pays it when it is applied, once', async () => {
    const { billing } = environment;
    const { number, customerId } = await issued('card-1');
    const claim = await billing.claimPayment({ paymentId: 'pay-1', invoiceId: 'card-1' });
    expect(claim).toMatchObject({
      ...{ state: 'claimed', method: 'card', customerId, currency: 'EUR', amount: 10_800, credit: 0 },
      allocations: [{ invoiceId: 'card-1', number, amount: 10_800 }],
    });
    expect(await openOf('card-1')).toBe(10_800);
    expect(await billing.claimPayment({ paymentId: 'pay-1', invoiceId: 'card-1' })).toEqual(claim);
    const applied = await billing.applyPayment({ paymentId: 'pay-1' });
    expect(applied).toEqual({ ...claim, state: 'applied' });
    expect(await billing.applyPayment({ paymentId: 'pay-1' })).toEqual(applied);
    expect(await billing.findInvoice({ invoiceId: 'card-1' })).toMatchObject({ state: 'paid', open: 0 });
    expect((await eventsOf('pay-1')).map(({ type }) => type)).toEqual(['billing.payment.received.v1']);
  });

  test('is listed while it has claimed what it is to pay, page by page and from an age on', async () => {
    const { billing } = environment;
    for (const id of ['held-1', 'held-2', 'held-3']) {
      await issued(id);
      await billing.claimPayment({ paymentId: id, invoiceId: id });
    }
    await billing.applyPayment({ paymentId: 'held-2' });
    const list = async (page: object) =>
      (await billing.listClaimedPayments({ olderThanSeconds: 0, ...page })).paymentIds.filter((id) =>
        id.startsWith('held-'),
      );
    expect(await list({})).toEqual(['held-1', 'held-3']);
    expect(await list({ after: 'held-1', limit: 1 })).toEqual(['held-3']);
    expect(await list({ olderThanSeconds: 900 })).toEqual([]);
    await billing.releaseClaim({ paymentId: 'held-1', reason: { type: 'CardDeclined', message: '' } });
    expect(await list({})).toEqual(['held-3']);
  });

  test('is one of ten at once that finds the invoice open', async () => {
    const { billing } = environment;
    await issued('crowd', { lines: [{ description: 'Desk', quantity: 1, unitPrice: 50_000, taxRate: 0 }] });
    const claims = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        billing.claimPayment({ paymentId: `crowd-${index}`, invoiceId: 'crowd', amount: 50_000 }),
      ),
    );
    const refused = claims.filter((claim) => claim.status === 'rejected').map(({ reason }) => reason.type);
    expect(refused).toEqual(Array(9).fill('PaymentPending'));
  });

  test('pays in parts, and no more than is open', async () => {
    const { billing } = environment;
    await issued('parts');
    await billing.claimPayment({ paymentId: 'part-1', invoiceId: 'parts', amount: 4_000 });
    await billing.applyPayment({ paymentId: 'part-1' });
    expect(await billing.findInvoice({ invoiceId: 'parts' })).toMatchObject({ state: 'partly-paid', open: 6_800 });
    await expect(
      billing.claimPayment({ paymentId: 'part-2', invoiceId: 'parts', amount: 6_900 }),
    ).rejects.toMatchObject({ type: 'PaymentTooLarge', detail: { field: 'amount', facts: { open: 6_800 } } });
    await billing.claimPayment({ paymentId: 'part-3', invoiceId: 'parts', amount: 6_800 });
    await billing.applyPayment({ paymentId: 'part-3' });
    await expect(billing.claimPayment({ paymentId: 'part-4', invoiceId: 'parts' })).rejects.toMatchObject({
      type: 'InvoiceAlreadyPaid',
    });
  });

  test('that is given up leaves the invoice as it was; what comes late is refused', async () => {
    const { billing } = environment;
    await issued('given-up');
    const reason = { type: 'CardDeclined', message: 'the bank declined' };
    await billing.claimPayment({ paymentId: 'given-1', invoiceId: 'given-up' });
    expect(await billing.releaseClaim({ paymentId: 'given-1', reason })).toEqual({ wasClaimed: true });
    expect(await billing.releaseClaim({ paymentId: 'given-1', reason })).toEqual({ wasClaimed: true });
    expect(await billing.findInvoicePayment({ paymentId: 'given-1' })).toMatchObject({ state: 'failed', reason });
    await expect(billing.applyPayment({ paymentId: 'given-1' })).rejects.toMatchObject({ type: 'InvalidState' });
    // Given up before it came.
    expect(await billing.releaseClaim({ paymentId: 'given-2', reason })).toEqual({ wasClaimed: false });
    await expect(billing.claimPayment({ paymentId: 'given-2', invoiceId: 'given-up' })).rejects.toMatchObject({
      type: 'InvalidState',
    });
    expect(await billing.claimPayment({ paymentId: 'given-3', invoiceId: 'given-up' })).toMatchObject({
      amount: 10_800,
    });
    await billing.applyPayment({ paymentId: 'given-3' });
    await expect(billing.releaseClaim({ paymentId: 'given-3', reason })).rejects.toMatchObject({
      type: 'InvalidState',
    });
    expect(await eventsOf('given-1')).toEqual([]);
  });

  test('is refused in another currency, for an unknown invoice, and with other content under its id', async () => {
    const { billing } = environment;
    await issued('refused');
    const claim = { paymentId: 'refused-1', invoiceId: 'refused' };
    await expect(billing.claimPayment({ ...claim, currency: 'USD' })).rejects.toMatchObject({
      ...{ type: 'CurrencyMismatch', detail: { field: 'currency' } },
    });
    await expect(billing.claimPayment({ ...claim, invoiceId: 'nowhere' })).rejects.toMatchObject({
      type: 'InvoiceNotFound',
    });
    await expect(billing.claimPayment({ ...claim, amount: 0 })).rejects.toMatchObject({
      ...{ type: 'InvalidRequest', detail: { field: 'amount' } },
    });
    await billing.claimPayment(claim);
    await expect(billing.claimPayment({ ...claim, amount: 1 })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    await expect(billing.recallPayment({ ...claim, amount: 1 })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    expect((await billing.recallPayment(claim)).payment?.state).toBe('claimed');
  });
});

describe('a transfer', () => {
  test('pays the invoices that it names; the rest is the credit of the customer', async () => {
    const { billing } = environment;
    const { number, customerId } = await issued('named');
    const payment = await billing.receiveTransfer(
      transfer('t-1', { amount: 15_000, remittance: `Rent ${number.toLowerCase()}, thank you` }),
    );
    expect(payment).toMatchObject({
      ...{ state: 'applied', customerId, amount: 15_000, credit: 4_200 },
      allocations: [{ invoiceId: 'named', number, amount: 10_800 }],
    });
    expect(await billing.statement({ customerId, currency: 'EUR' })).toMatchObject({
      balance: -4_200,
      open: 0,
      credit: 4_200,
    });
    const [event] = await eventsOf('t-1');
    expect(event).toMatchObject({
      type: 'billing.payment.received.v1',
      data: { method: 'transfer', credit: 4_200, bankReference: 't-1' },
    });
  });

  test('with a reference that came before is the same one, under whatever id', async () => {
    const { billing } = environment;
    const { number } = await issued('twice');
    const first = await billing.receiveTransfer(transfer('t-2', { remittance: number }));
    const again = transfer('t-2-again', { bankReference: 't-2', remittance: number });
    expect(await billing.receiveTransfer(again)).toEqual(first);
    await expect(billing.receiveTransfer({ ...again, amount: 1 })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
    expect(await billing.findInvoice({ invoiceId: 'twice' })).toMatchObject({ state: 'paid', open: 0 });
  });

  test('that names nothing, a number that is nobody’s, or those of two customers waits, whatever its amount', async () => {
    const { billing } = environment;
    const [one, other] = [await issued('of-one'), await issued('of-other')];
    const texts = ['', 'INV-999999', `${one.number} ${other.number}`, `X${one.number}`, `${one.number}0`];
    for (const [index, remittance] of texts.entries()) {
      const payment = await billing.receiveTransfer(transfer(`unmatched-${index}`, { remittance }));
      expect([remittance, payment.state]).toEqual([remittance, 'unmatched']);
    }
    const dollars = transfer('unmatched-usd', { currency: 'USD', remittance: one.number });
    expect(await billing.receiveTransfer(dollars)).toMatchObject({ state: 'unmatched', allocations: [], credit: 0 });
    expect(await openOf('of-one')).toBe(10_800);
    const { payments } = await billing.listPayments({ state: 'unmatched' });
    expect(payments.map(({ paymentId }) => paymentId)).toEqual(
      expect.arrayContaining(['unmatched-0', 'unmatched-usd']),
    );
  });

  test('pays nothing when one of its numbers is nobody’s', async () => {
    const { billing } = environment;
    const { number } = await issued('one-of-two');
    const remittance = `${number} and INV-999998`;
    expect(await billing.receiveTransfer(transfer('t-6', { remittance }))).toMatchObject({ state: 'unmatched' });
    expect(await openOf('one-of-two')).toBe(10_800);
  });

  test('is assigned by a person, at most what came in and what is open', async () => {
    const { billing } = environment;
    const { customerId, contact } = await issued('assigned');
    await issued('of-another');
    await billing.receiveTransfer(transfer('t-3', { amount: 11_000 }));
    const assignment = {
      ...{ paymentId: 't-3', customerId, contact, note: 'the payer called' },
      allocations: [{ invoiceId: 'assigned', amount: 10_800 }],
    };
    const wrong = [
      [[{ invoiceId: 'assigned', amount: 11_001 }], 'PaymentTooLarge', 'allocations'],
      [[{ invoiceId: 'assigned', amount: 10_801 }], 'PaymentTooLarge', 'allocations.0'],
      [[{ invoiceId: 'of-another', amount: 1 }], 'InvoiceNotFound', 'invoiceId'],
    ] as const;
    for (const [allocations, type, field] of wrong) {
      await expect(billing.assignTransfer({ ...assignment, allocations: [...allocations] })).rejects.toMatchObject({
        ...{ type, detail: { field } },
      });
    }
    const payment = await billing.assignTransfer(assignment);
    expect(payment).toMatchObject({ state: 'applied', assignedBy: 'tester', credit: 200 });
    expect(await billing.assignTransfer(assignment)).toEqual(payment);
    await expect(billing.assignTransfer({ ...assignment, customerId: 'another' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
    expect(await openOf('assigned')).toBe(0);
  });

  test('takes nothing that a card has set aside', async () => {
    const { billing } = environment;
    const { number } = await issued('shared');
    await billing.claimPayment({ paymentId: 'shared-card', invoiceId: 'shared', amount: 10_000 });
    expect(await billing.receiveTransfer(transfer('t-4', { remittance: number }))).toMatchObject({ credit: 10_000 });
    await billing.applyPayment({ paymentId: 'shared-card' });
    expect(await openOf('shared')).toBe(0);
  });
});

describe('a credit note', () => {
  test('takes off what is open; what was paid becomes credit', async () => {
    const { billing } = environment;
    const { customerId } = await issued('noted');
    await billing.claimPayment({ paymentId: 'noted-1', invoiceId: 'noted', amount: 4_000 });
    await billing.applyPayment({ paymentId: 'noted-1' });
    const note = { creditNoteId: 'note-1', invoiceId: 'noted', reason: 'the desk was not free' };
    await expect(billing.issueCreditNote({ ...note, amount: 10_801 })).rejects.toMatchObject({
      ...{ type: 'CreditNoteTooLarge', detail: { field: 'amount', facts: { left: 10_800 } } },
    });
    const credited = await billing.issueCreditNote(note);
    expect(credited).toMatchObject({
      ...{ amounts: { net: 10_000, tax: 800, total: 10_800 }, toInvoice: 6_800, toCredit: 4_000 },
      number: expect.stringMatching(/^CN-\d{6}$/),
    });
    expect(await billing.issueCreditNote(note)).toEqual(credited);
    expect(await billing.statement({ customerId, currency: 'EUR' })).toMatchObject({
      ...{ balance: -4_000, open: 0, credit: 4_000 },
      lines: [{ kind: 'invoice' }, { kind: 'payment' }, { kind: 'credit-note', balance: -4_000 }],
    });
    await expect(billing.issueCreditNote({ ...note, creditNoteId: 'note-2', amount: 1 })).rejects.toMatchObject({
      ...{ type: 'CreditNoteTooLarge', detail: { field: 'amount', facts: { left: 0 } } },
    });
    await expect(billing.issueCreditNote({ ...note, amount: 1 })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
  });

  test('in parts takes back exactly the tax of the invoice', async () => {
    const { billing } = environment;
    await issued('thirds');
    const parts = [];
    for (const [index, amount] of [3_601, 3_601, 3_598].entries()) {
      parts.push(
        await billing.issueCreditNote({
          creditNoteId: `third-${index}`,
          invoiceId: 'thirds',
          amount,
          reason: 'a part',
        }),
      );
    }
    expect(parts.reduce((sum, { amounts }) => sum + amounts.tax, 0)).toBe(800);
    expect(await billing.findInvoice({ invoiceId: 'thirds' })).toMatchObject({ state: 'credited', open: 0 });
    const one = { creditNoteId: 'too-much', invoiceId: 'thirds', amount: 1, reason: 'x' };
    await expect(billing.issueCreditNote(one)).rejects.toMatchObject({ type: 'CreditNoteTooLarge' });
  });
});

describe('credit', () => {
  test('pays an invoice as far as it goes, and is used once', async () => {
    const { billing } = environment;
    const customerId = 'customer-with-credit';
    const { number } = await issued('paid-twice', { customerId });
    await issued('next', { customerId });
    await issued('after-next', { customerId });
    await billing.receiveTransfer(transfer('t-5', { amount: 15_000, remittance: number }));
    expect(await billing.applyCredit({ invoiceId: 'next' })).toMatchObject({
      ...{ applied: 4_200, invoice: { state: 'partly-paid', open: 6_600 } },
    });
    expect(await billing.applyCredit({ invoiceId: 'next' })).toMatchObject({ applied: 0 });
    expect(await billing.applyCredit({ invoiceId: 'after-next' })).toMatchObject({ applied: 0 });
    const types = (await eventsOf('next')).map(({ type }) => type);
    expect(types).toEqual(['billing.invoice.created.v1', 'billing.credit.applied.v1']);
    expect(await billing.statement({ customerId, currency: 'EUR' })).toMatchObject({
      balance: 17_400,
      open: 17_400,
      credit: 0,
    });
  });
});

test('a statement names invoices as billing does, also after the millionth', async () => {
  const { customerId } = await issued('millionth');
  await sql`update invoices set number = 1234567 where invoice_id = 'millionth'`.execute(environment.service.database);
  const { number } = await environment.billing.findInvoice({ invoiceId: 'millionth' });
  expect(number).toBe('INV-1234567');
  expect((await environment.billing.statement({ customerId, currency: 'EUR' })).lines).toMatchObject([{ number }]);
});

test('whatever was paid and credited, each invoice adds up, and no claim is left', async () => {
  const { rows } = await sql<{ wrong: number }>`
    select count(*)::int as wrong from invoices left join (
      select invoice_id, sum(allocations.amount) filter (where state = 'applied') as paid,
        sum(allocations.amount) filter (where state = 'claimed') as claims
      from allocations join payments using (payment_id) group by 1
    ) as part using (invoice_id)
    where allocated <> coalesce(paid, 0) or claimed <> coalesce(claims, 0)
  `.execute(environment.service.database);
  expect(rows).toEqual([{ wrong: 0 }]);
});
