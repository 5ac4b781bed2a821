import type {
  BudgetId,
  CustomerId,
  InvoiceId,
  InvoicingRunId,
  PaymentId,
  Sku,
  VendorId,
} from '../../contracts/identifiers.ts';
import { createEvent, decodeEvent } from '../../events/integration-event.ts';
import { issueBatch } from '../../services/billing/batches.ts';
import { applyPayment, claimPayment } from '../../services/billing/claims.ts';
import { billingContract } from '../../services/billing/contract.ts';
import { issueCreditNote } from '../../services/billing/credit-notes.ts';
import { issueInvoice } from '../../services/billing/issue.ts';
import { remindDue } from '../../services/billing/reminders.ts';
import { closeRun, openRun } from '../../services/billing/runs.ts';
import { receiveTransfer } from '../../services/billing/transfers.ts';
import { importCommunity, importResidents } from '../../services/communities/store.ts';
import { receiveStock } from '../../services/inventory/receiving.ts';
import { approveOrder } from '../../services/purchasing/approval.ts';
import { acceptBill } from '../../services/purchasing/bill-acceptance.ts';
import { enterBill } from '../../services/purchasing/bill-entry.ts';
import { recordBillPayment } from '../../services/purchasing/bill-payment.ts';
import { setBudget } from '../../services/purchasing/budgets.ts';
import { purchasingContract } from '../../services/purchasing/contract.ts';
import { closeOrder } from '../../services/purchasing/ending.ts';
import { receive } from '../../services/purchasing/receipts.ts';
import { readPurchasingSettings } from '../../services/purchasing/settings.ts';
import { submitOrder } from '../../services/purchasing/submission.ts';
import { importVendors } from '../../services/purchasing/vendors.ts';
import { amounts, type Shop } from './audit-shop.ts';
import { draft } from './billing-environment.ts';
import { rent } from './communities-environment.ts';
import { approvalsOf, draftOf } from './purchasing-environment.ts';
import { paySalaries } from './salaries-of-shop.ts';

const { operations } = billingContract;
const period = '2026-03';
const communityId = 'oak-court' as never;
const runId = 'run-1' as InvoicingRunId;
const manager = { name: 'Mary Manager', email: 'mary@example.org' };

/** One of everything, in order: what equations say holds, and none of them says it of nothing. */
export async function fillWhole(shop: Shop): Promise<void> {
  await openAccounts(shop);
  await sell(shop);
  await dispute(shop);
  await invoice(shop);
  await invoiceMonth(shop);
  await paySalaries(shop);
  await purchase(shop);
  await deliver(shop);
  await shop.run(`insert into dead_letters.dead_letters (occurrence, queue, message_id, dead_reason, attempts, properties, body, state)
    values ('once', 'ledger.events.v1', 'strange', 'unreadable', 1, '{}', '', 'discarded');
    insert into dead_letters.actions (dead_letter_id, action, actor, reason) select dead_letter_id, 'discarded', 'ada', 'nonsense'
    from dead_letters.dead_letters`);
}

async function openAccounts(shop: Shop): Promise<void> {
  for (const table of ['customers.customers', 'billing.customers_copy', 'communities.customers_copy']) {
    await shop.run(`insert into ${table} (customer_id, version, name, email, country, status)
      select id, 3, 'Ada', 'ada@example.com', 'GB', 'active' from unnest(array['ada', 'c-1', 'payer', 'other']) as account (id)`);
  }
  await shop.run(`update billing.customers_copy set copied_at = '2026-01-01'`);
  for (const keeper of ['billing', 'communities']) {
    await shop.run(`insert into ${keeper}.inbox (consumer, message_id, body_hash, subject, type)
      values ('${keeper}', 'changed', '', 'ada', 'customers.user.changed.v1')`);
  }
  await shop.run(`insert into customers.outbox (message_id, subject, type, body, published_at)
    values ('changed', 'ada', 'customers.user.changed.v1', '', now())`);
}

async function sell(shop: Shop): Promise<void> {
  await receiveStock(shop.of('inventory'), { receiptId: 'first', lines: [{ sku: 'LAMP' as Sku, quantity: 100 }] });
  for (const id of ['kept', 'returned', 'disputed', 'lost']) {
    await shop.place(id);
    await shop.complete(id);
  }
  await shop.place('cancelled');
  await shop.cancel('cancelled');
  await shop.postRefund(await shop.refund('returned', 'r-1'));
}

async function dispute(shop: Shop): Promise<void> {
  const fee = 1_500;
  for (const [id, status] of [
    ['disputed', 'needs_response'],
    ['lost', 'lost'],
  ]) {
    await shop.run(`insert into payment_simulator.disputes (id, intent_id, amount, currency, fee, reason, status)
      values ('dp_${id}', 'pi_${id}', ${amounts.total}, 'usd', ${fee}, 'fraudulent', '${status}');
      insert into payment_simulator.movements (kind, intent_id, amount, currency, dispute_id)
      values ('disputed', 'pi_${id}', ${amounts.total}, 'usd', 'dp_${id}'), ('dispute_fee', 'pi_${id}', ${fee}, 'usd', 'dp_${id}')`);
    const about = { checkoutId: id, orderId: id, customerId: 'ada', paymentId: `${id}-1`, disputeId: `dp_${id}` };
    const data = { ...about, currency: 'USD', amount: amounts.total };
    const envelope = {
      ...{
        origin: `dispute/dp_${id}`,
        subject: String(id),
        correlationId: String(id),
        causationId: `dispute/dp_${id}`,
      },
      time: '2026-02-01T12:00:00.000Z',
    };
    const opened = { ...data, fee, reason: 'fraudulent' } as never;
    await shop.post(createEvent({ ...envelope, name: 'DisputeOpened', sequence: 1, data: opened }));
    if (status !== 'lost') continue;
    const closed = { ...data, outcome: 'lost', feeReturned: 0 } as never;
    await shop.post(createEvent({ ...envelope, name: 'DisputeClosed', sequence: 2, data: closed }));
  }
}

/** An invoice that a card has paid and that was taken back in part, and one that a transfer has paid with more than it cost. */
async function invoice(shop: Shop): Promise<void> {
  const billing = shop.of('billing');
  for (const id of ['by-card', 'by-transfer', 'open']) {
    const { number } = await issueInvoice(billing, operations.issueInvoice.input.parse(draft(id)));
    if (id === 'by-card') {
      await claimPayment(billing, { paymentId: 'p-card' as PaymentId, invoiceId: id as InvoiceId });
      await shop.run(`insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
        values ('pi_p-card', 'succeeded', 10800, 'eur', '{"workflow_id": "invoice-payment/p-card"}');
        insert into payment_simulator.movements (kind, intent_id, amount, currency)
        values ('authorized', 'pi_p-card', 10800, 'eur'), ('captured', 'pi_p-card', 10800, 'eur')`);
      await applyPayment(billing, 'p-card' as PaymentId);
      const note = { creditNoteId: 'cn-1', invoiceId: id, amount: 1_080, reason: 'broken' };
      await issueCreditNote(billing, operations.issueCreditNote.input.parse(note));
    }
    if (id === 'by-transfer') {
      const transfer = {
        ...{
          paymentId: 'p-transfer',
          account: 'DE02120300000000202051',
          bankReference: 'b-1',
          currency: 'EUR',
          amount: 15_000,
        },
        ...{ receivedOn: '2026-02-10', payer: 'Ada', remittance: number },
      };
      await receiveTransfer(billing, operations.receiveTransfer.input.parse(transfer));
    }
  }
}

/** A month with two invoices, a resident who owes nothing and one who failed; both invoices were reminded of. */
async function invoiceMonth(shop: Shop): Promise<void> {
  const billing = shop.of('billing');
  const residents = [
    { customerId: 'payer' as CustomerId, charges: [rent] },
    { customerId: 'other' as CustomerId, charges: [rent] },
    { customerId: 'guest' as CustomerId, charges: [] },
    { customerId: 'stranger' as CustomerId, charges: [rent] },
  ];
  const run = { runId, communityId, period, owner: 'monthly-invoicing/oak-court/2026-03/1', dueDay: 1, manager };
  await importCommunity(shop.of('communities'), {
    ...{ communityId, timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 1, manager },
  });
  const living = residents.map((resident) => ({ ...resident, movedIn: '2025-01-01' }));
  await importResidents(shop.of('communities'), communityId, living);
  await openRun(billing, { ...run, timeZone: 'Europe/Berlin' });
  await issueBatch(billing, { runId, residents });
  await closeRun(billing, { runId, state: 'completed' });
  await shop.run(`update billing.invoices set issue_date = '2026-03-01', issued_at = '2026-03-01T06:00:00Z', due_date = '2026-04-01'
    where community_id is not null`);
  await remindDue(billing, 100, '2026-03-29T12:00:00Z');
}

/** An order that is billed and paid in part, and one that was closed before anything came. */
async function purchase(shop: Shop): Promise<void> {
  const database = shop.of('purchasing');
  const { approvalLimits, tolerance } = readPurchasingSettings({});
  const { submitOrder: order, enterBill: bill } = purchasingContract.operations;
  await importVendors(database, [{ vendorId: 'v-1' as VendorId, name: 'Steel & Sons' }]);
  const budget = { budgetId: 'b-1' as BudgetId, name: 'Steel', currency: 'EUR', amount: 100_000_000 } as const;
  await setBudget(database, budget);
  for (const id of ['po-open', 'po-closed']) {
    const lines = [{ description: 'Steel', quantity: 100, unitPrice: 60_000 }];
    const { poId, version } = await submitOrder(
      database,
      order.input.parse(draftOf(id, 0, { budgetId: 'b-1', lines })),
      approvalLimits,
    );
    const approvals = approvalsOf({ version }, { mary: ['manager'], carl: ['cfo'] });
    await approveOrder(database, { poId, version, approvals });
    if (id === 'po-closed') await closeOrder(database, { poId, reason: 'not needed' });
    else await receive(database, { receiptId: 'd-1', poId, lines: [{ line: 1, quantity: 60 }] }, 'tester');
  }
  const content = {
    ...{ billId: 'bill-1', vendorId: 'v-1', number: 'R-1', poId: 'po-open', currency: 'EUR', tax: 684_000 },
    ...{ dueDate: '2026-03-22', enteredBy: 'berta' },
    lines: [{ line: 1, description: 'Steel', quantity: 60, unitPrice: 60_000 }],
  };
  const { billId } = await enterBill(database, bill.input.parse(content));
  await acceptBill(database, { billId, approvals: [] }, tolerance);
  await recordBillPayment(database, { billId, bankReference: 'out-1', amount: 1_000_000, by: 'paul' });
  for (const body of await shop.outboxOf('purchasing')) {
    const event = decodeEvent(Buffer.from(body));
    if (event.name in shop.postings) await shop.post(event);
  }
  await shop.run(`update purchasing.outbox set published_at = now()`);
}

/** Has those who listen to billing hear of all of it. */
async function deliver(shop: Shop): Promise<void> {
  for (const body of await shop.outboxOf('billing')) {
    const event = decodeEvent(Buffer.from(body));
    if (event.name in shop.postings) await shop.post(event);
  }
  await shop.run(`
    update billing.outbox set published_at = now();
    insert into customers.inbox (consumer, message_id, body_hash, subject, type)
    select 'customers', message_id, '', subject, type from billing.outbox
    where type in ('billing.invoice.created.v1', 'billing.payment.received.v1', 'billing.credit-note.issued.v1');
    insert into customers.balance_changes (change_key, customer_id, currency, amount)
    select 'invoice/' || invoice_id, customer_id, currency, total from billing.invoices
    union all select 'payment/' || payment_id, customer_id, currency, -amount from billing.payments where state = 'applied'
    union all select 'credit-note/' || credit_note_id, customer_id, currency, -credit_notes.total
    from billing.credit_notes join billing.invoices using (invoice_id);
    insert into notification.mails (message_id, event_id, template, subject_kind, subject_id)
    select '<' || invoice_id || '>', invoice_id, 'invoice', 'invoice', invoice_id from billing.invoices;
    insert into mail_sink.mails (message_id, template, sender, recipients, subject, text_body, raw)
    select message_id, template, 's', '{r}', '', '', '' from notification.mails`);
}
