import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type LedgerDifference, reconcileLedger } from '../../client/ledger-reconciliation.ts';
import type { CheckoutId } from '../../contracts/identifiers.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type LedgerClient, ledgerContract } from '../../services/ledger/contract.ts';
import { journalsOf, type NewJournal } from '../../services/ledger/journal.ts';
import { ledgerHandlers } from '../../services/ledger/server.ts';
import { type LedgerTables, postJournals } from '../../services/ledger/store.ts';
import { amounts, paymentProcessed } from '../messaging/environment.ts';
import { newPayment, type Payments, startPayments } from './payments-environment.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let payments: Payments;
let service: ServiceInProcess<LedgerTables>;
let ledger: LedgerClient;

beforeEach(async () => {
  payments = await startPayments();
  service = await startInProcess<LedgerTables>('ledger', (database, options) =>
    serveHttp(ledgerContract, ledgerHandlers(database), options),
  );
  ledger = createHttpClient(ledgerContract, { url: service.url });
});

afterEach(async () => {
  await service?.stop();
  await payments?.stop();
});

const { total } = amounts;
const post = (...journals: NewJournal[]) =>
  service.database.transaction().execute((transaction) => postJournals(transaction, journals));
const reconcile = (settle?: () => Promise<void>) =>
  reconcileLedger({ ledger, payments: payments.client }, settle ?? (async () => undefined));

const clearing = (
  kind: string,
  subject: NewJournal['subject'],
  side: 'debit' | 'credit',
  amount: number,
): NewJournal => ({
  ...{ kind, subject, eventId: `${kind}-${subject.id}`, eventType: 'a.type.v1', occurredAt: '2026-11-26T12:00:00Z' },
  lines: [
    { account: '1050', currency: 'USD', side, amount },
    { account: '1200', currency: 'USD', side: side === 'debit' ? 'credit' : 'debit', amount },
  ],
});

/** A payment of a checkout that was taken; its journal is posted, or not. */
async function taken(isPosted = true) {
  const request = newPayment('pm_card_visa', { amount: { amount: total, currency: 'USD' } });
  await payments.client.authorize(request);
  await payments.client.capture({ paymentId: request.paymentId });
  if (isPosted) await post(...journalsOf.PaymentProcessed(paymentProcessed(request.checkoutId as CheckoutId)));
  const [intent] = await payments.intents(request.paymentId);
  return { ...request, subject: `order/${request.checkoutId}`, intentId: String(intent?.intentId) };
}

/** A payment of an invoice that was taken and is in the books. */
async function takenForInvoice(id: string) {
  const { checkoutId: _, ...request } = newPayment('pm_card_visa', { amount: { amount: total, currency: 'USD' } });
  await payments.client.authorize({ ...request, workflowId: `invoice-payment/${id}` });
  await payments.client.capture({ paymentId: request.paymentId });
  await post(clearing('invoice-payment', { kind: 'invoice-payment', id }, 'debit', total));
  return request;
}

const differencesIn = async (): Promise<readonly LedgerDifference[]> => {
  const { reconciled, differences } = await reconcile();
  expect(reconciled).toBe(differences.length === 0);
  return differences;
};

describe('the books', () => {
  test('are as the provider has it: payments, refunds, disputes, and what was voided', async () => {
    await taken();
    await takenForInvoice('p-1');
    const refunded = await taken();
    await payments.client.refund({ paymentId: refunded.paymentId, refundId: 'r-1', amount: 1_000 });
    await post(clearing('refund', { kind: 'order', id: String(refunded.checkoutId) }, 'credit', 1_000));
    const disputed = await taken();
    const { id: disputeId } = await payments.dashboard(`payments/${disputed.intentId}/dispute`);
    const { fee, withdrawn } = await payments.client.findDispute({ disputeId: disputeId as never });
    await post(
      clearing('dispute-opened', { kind: 'order', id: String(disputed.checkoutId) }, 'credit', withdrawn + fee),
    );
    // Taken and given back before anything was told of it, and never taken.
    const voided = await taken(false);
    await payments.client.void({ paymentId: voided.paymentId });
    await payments.client.authorize(newPayment());
    expect(await reconcile()).toMatchObject({ reconciled: true, subjects: 4, differences: [] });
  });

  test('name a payment that they do not have', async () => {
    await taken();
    const { paymentId, subject } = await taken(false);
    expect(await differencesIn()).toEqual([
      { what: 'missing', paymentId, subject, currency: 'USD', inBooks: 0, atProvider: total },
    ]);
  });

  test('name a journal of a payment that was never taken, or never made', async () => {
    await taken();
    const held = newPayment('pm_card_visa', { amount: { amount: total, currency: 'USD' } });
    await payments.client.authorize(held);
    await post(clearing('payment', { kind: 'order', id: String(held.checkoutId) }, 'debit', 1));
    await post(clearing('payment', { kind: 'order', id: 'never-made' }, 'debit', 99_999_999));
    const differences = await differencesIn();
    expect(differences).toHaveLength(2);
    expect(differences).toContainEqual({
      ...{ what: 'forged', subject: 'order/never-made', currency: 'USD', inBooks: 99_999_999, atProvider: 0 },
    });
    expect(differences).toContainEqual({
      ...{ what: 'forged', paymentId: held.paymentId, subject: `order/${held.checkoutId}`, currency: 'USD' },
      ...{ inBooks: 1, atProvider: 0 },
    });
  });

  test('name a payment of which they say another amount, or another currency', async () => {
    const { paymentId, subject, checkoutId } = await taken();
    await sql.raw('alter table entries disable trigger all').execute(service.database);
    await sql.raw('grant all on entries to current_user').execute(service.database);
    await sql`update entries set debit = debit + 1 where account = '1050'`.execute(service.database);
    const changed = { what: 'changed', paymentId, subject, currency: 'USD', inBooks: total + 1, atProvider: total };
    expect(await differencesIn()).toEqual([changed]);
    await sql`update entries set debit = debit - 1, currency = 'EUR' where account = '1050'`.execute(service.database);
    expect(await differencesIn()).toEqual([
      { what: 'forged', subject: `order/${checkoutId}`, currency: 'EUR', inBooks: total, atProvider: 0 },
      { what: 'missing', paymentId, subject, currency: 'USD', inBooks: 0, atProvider: total },
    ]);
  });

  test('name what was given back at the provider, and what was taken there by hand', async () => {
    const { paymentId } = await takenForInvoice('p-2');
    const [intent] = await payments.intents(paymentId);
    await payments.dashboard(`payments/${intent?.intentId}/refund`, { amount: 500 });
    expect(await differencesIn()).toMatchObject([
      { what: 'changed', paymentId, subject: 'invoice-payment/p-2', inBooks: total, atProvider: total - 500 },
    ]);
    await sql`update payment_intents set metadata = '{}'`.execute(payments.simulatorDatabase);
    expect(await differencesIn()).toMatchObject([
      { what: 'forged', subject: 'invoice-payment/p-2', atProvider: 0 },
      { what: 'missing', paymentId: intent?.intentId, atProvider: total - 500 },
    ]);
  });

  test('may lag: what is even at the second look is no difference', async () => {
    const { checkoutId } = await taken(false);
    const settle = () => post(...journalsOf.PaymentProcessed(paymentProcessed(checkoutId as CheckoutId)));
    expect(await reconcile(settle)).toMatchObject({ reconciled: true, differences: [] });
  });

  test('are compared page by page', async () => {
    const subjects = Array.from({ length: 5 }, (_, index) => ({ kind: 'order', id: `o-${index}` }));
    await post(...subjects.map((subject) => clearing('payment', subject, 'debit', 10)));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await ledger.listSubjectBalances({ account: '1050', limit: 2, ...(after && { after }) });
      seen.push(...page.balances.map(({ subject }) => subject));
      after = page.next;
    } while (after);
    expect(seen).toEqual(subjects.map(({ id }) => `order/${id}`));
  });
});
