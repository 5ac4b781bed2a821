import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type BillingEnvironment, draft, openBilling } from './billing-environment.ts';

let environment: BillingEnvironment;

beforeAll(async () => {
  environment = await openBilling();
});

afterAll(() => environment?.service.stop());

const customerOf = (invoiceId: string) => `customer-${invoiceId}`;

/** An invoice of 108.00 EUR that a card has paid under the id of the invoice. */
async function paid(invoiceId: string) {
  const { billing } = environment;
  await billing.issueInvoice(draft(invoiceId, { customerId: customerOf(invoiceId) }));
  await billing.claimPayment({ paymentId: invoiceId, invoiceId });
  await billing.applyPayment({ paymentId: invoiceId });
}

const refund = (paymentId: string, amount: number, reversalId = `re_${paymentId.replaceAll('-', '')}`) =>
  environment.billing.reversePayment({ paymentId, reversalId, means: 'refund', amount });

const dispute = (paymentId: string, amount: number, fee = 1_500) =>
  environment.billing.reversePayment({
    ...{ paymentId, reversalId: `dp_${paymentId.replaceAll('-', '')}`, means: 'dispute', amount, fee },
  });

const invoiceOf = async (invoiceId: string) => {
  const { state, open } = await environment.billing.findInvoice({ invoiceId });
  return { state, open };
};

const statementOf = (invoiceId: string) =>
  environment.billing.statement({ customerId: customerOf(invoiceId), currency: 'EUR' });

async function told(paymentId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ body: string }>`
    select body from outbox where subject = ${paymentId} order by position
  `.execute(environment.service.database);
  return rows.map(({ body }) => JSON.parse(body)).filter(({ type }) => /reversed|reinstated/.test(type));
}

describe('a refund that was made at the provider', () => {
  test('opens the invoice again, once, and tells the books in the same transaction', async () => {
    await paid('back-1');
    const first = await refund('back-1', 10_800);
    expect(first).toMatchObject({ invoiceId: 'back-1', toInvoice: 10_800, fromCredit: 0, means: 'refund', fee: 0 });
    expect(await refund('back-1', 10_800)).toEqual(first);
    expect(await invoiceOf('back-1')).toEqual({ state: 'open', open: 10_800 });
    expect(await environment.billing.findInvoicePayment({ paymentId: 'back-1' })).toMatchObject({
      ...{ state: 'applied', amount: 10_800, reversed: 10_800 },
    });
    expect(await told('back-1')).toEqual([
      expect.objectContaining({
        type: 'billing.payment.reversed.v1',
        data: expect.objectContaining({
          amount: { amount: 10_800, currency: 'EUR' },
          toInvoice: 10_800,
          fromCredit: 0,
        }),
      }),
    ]);
    expect(await statementOf('back-1')).toMatchObject({ balance: 10_800, open: 10_800, credit: 0 });
  });

  test('in parts: another card may pay what is open again, and no more is given back than was paid', async () => {
    const { billing } = environment;
    await paid('back-2');
    await refund('back-2', 4_000);
    expect(await invoiceOf('back-2')).toEqual({ state: 'partly-paid', open: 4_000 });
    await expect(refund('back-2', 6_801, 're_more')).rejects.toMatchObject({
      ...{ type: 'InvalidState', message: expect.stringContaining('68.00 EUR are left'), detail: { field: 'amount' } },
    });
    await billing.claimPayment({ paymentId: 'back-2-again', invoiceId: 'back-2' });
    await billing.applyPayment({ paymentId: 'back-2-again' });
    expect(await invoiceOf('back-2')).toEqual({ state: 'paid', open: 0 });
    await refund('back-2', 6_800, 're_rest');
    expect(await invoiceOf('back-2')).toEqual({ state: 'partly-paid', open: 6_800 });
  });

  test('pays out the credit of the notes of its invoice before the invoice asks again', async () => {
    const { billing } = environment;
    await paid('noted');
    await billing.issueCreditNote({ creditNoteId: 'noted', invoiceId: 'noted', amount: 8_000, reason: 'came late' });
    expect(await refund('noted', 10_800)).toMatchObject({ fromCredit: 8_000, toInvoice: 2_800 });
    expect(await invoiceOf('noted')).toEqual({ state: 'partly-paid', open: 2_800 });
    expect(await statementOf('noted')).toMatchObject({ balance: 2_800, open: 2_800, credit: 0 });
    const { rows } = await sql<{ uses: number }>`
      select sum(amount)::bigint as uses from credit_uses where entry_id = 'reversal/re_noted'
    `.execute(environment.service.database);
    expect(rows).toEqual([{ uses: 8_000 }]);
  });

  test('takes no credit that a note of the invoice has not made, and none that was used', async () => {
    const { billing } = environment;
    await paid('used');
    await billing.issueCreditNote({ creditNoteId: 'used', invoiceId: 'used', amount: 8_000, reason: 'came late' });
    await billing.issueInvoice(draft('used-next', { customerId: customerOf('used') }));
    await billing.applyCredit({ invoiceId: 'used-next' });
    expect(await refund('used', 10_800)).toMatchObject({ fromCredit: 0, toInvoice: 10_800 });
    await paid('other');
    await billing.receiveTransfer({
      ...{ paymentId: 'other-transfer', account: 'DE02120300000000202051', bankReference: 'other-transfer' },
      ...{ currency: 'EUR', amount: 5_000, receivedOn: '2026-02-10', remittance: (await numberOf('other')) ?? '' },
    });
    expect(await refund('other', 10_800)).toMatchObject({ fromCredit: 0, toInvoice: 10_800 });
    expect(await statementOf('other')).toMatchObject({ open: 10_800, credit: 5_000 });
  });

  test('ten at once give back no more than was paid', async () => {
    await paid('crowd');
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => refund('crowd', 4_000, `re_crowd${index}`)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await invoiceOf('crowd')).toEqual({ state: 'partly-paid', open: 8_000 });
  });
});

describe('a dispute', () => {
  test('that is won counts as paid again, and what was paid meanwhile is credit', async () => {
    const { billing } = environment;
    await paid('won');
    await dispute('won', 10_800);
    expect(await invoiceOf('won')).toEqual({ state: 'open', open: 10_800 });
    await billing.claimPayment({ paymentId: 'won-again', invoiceId: 'won', amount: 10_000 });
    await billing.applyPayment({ paymentId: 'won-again' });
    const reinstate = () => billing.reinstatePayment({ paymentId: 'won', reversalId: 'dp_won', feeReturned: 1_500 });
    const reinstated = await reinstate();
    expect(reinstated.reinstatedAt).toBeDefined();
    expect(await reinstate()).toEqual(reinstated);
    expect(await invoiceOf('won')).toEqual({ state: 'paid', open: 0 });
    expect(await statementOf('won')).toMatchObject({ balance: -10_000, credit: 10_000 });
    expect((await told('won')).map(({ data }) => data)).toEqual([
      expect.objectContaining({ means: 'dispute', fee: 1_500, toInvoice: 10_800 }),
      expect.objectContaining({ toInvoice: 800, toCredit: 10_000, feeReturned: 1_500 }),
    ]);
    expect(await billing.findInvoicePayment({ paymentId: 'won' })).not.toHaveProperty('reversed');
  });

  test('of which nothing was taken back counts for nothing, and a refund is decided by no bank', async () => {
    const { billing } = environment;
    await paid('never');
    await expect(billing.reinstatePayment({ paymentId: 'never', reversalId: 'dp_never' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await refund('never', 100);
    await expect(billing.reinstatePayment({ paymentId: 'never', reversalId: 're_never' })).rejects.toMatchObject({
      type: 'InvalidState',
    });
  });
});

describe('is refused and changes nothing', () => {
  test.each([
    ['for a payment that is not there', { paymentId: 'nowhere' }, 'NotFound'],
    ['with another amount', { amount: 200 }, 'IdempotencyConflict'],
    ['as the other means', { means: 'dispute' as const }, 'IdempotencyConflict'],
    ['of nothing', { amount: 0 }, 'InvalidRequest'],
    ['under an id of ours', { reversalId: 'mine' }, 'InvalidRequest'],
  ])('%s', async (what, change, type) => {
    const id = `refused-${what.replaceAll(' ', '-')}`;
    await paid(id);
    const reversal = { paymentId: id, reversalId: `re_${type}${what.length}`, means: 'refund' as const, amount: 100 };
    if (type === 'IdempotencyConflict') await environment.billing.reversePayment(reversal);
    const before = await statementOf(id);
    await expect(environment.billing.reversePayment({ ...reversal, ...change })).rejects.toMatchObject({ type });
    expect(await statementOf(id)).toEqual(before);
  });

  test('for a transfer, and for a payment that has come to nothing', async () => {
    const { billing } = environment;
    await billing.issueInvoice(draft('unpaid'));
    await billing.claimPayment({ paymentId: 'unpaid', invoiceId: 'unpaid' });
    await expect(refund('unpaid', 100)).rejects.toMatchObject({ type: 'InvalidState' });
    await billing.receiveTransfer({
      ...{ paymentId: 'by-bank', account: 'DE02120300000000202051', bankReference: 'by-bank', currency: 'EUR' },
      ...{ amount: 100, receivedOn: '2026-02-10' },
    });
    await expect(refund('by-bank', 100)).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

const numberOf = async (invoiceId: string) => (await environment.billing.findInvoice({ invoiceId })).number;
