import type { Kysely } from 'kysely';
import { userCopyHandlers } from '../../events/consuming/user-copy.ts';
import { actorOf } from '../../platform/access/principal.ts';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import { issueBatch } from './batches.ts';
import { applyPayment, claimPayment, recallPayment, releaseClaim } from './claims.ts';
import type { billingContract } from './contract.ts';
import { applyCredit } from './credit.ts';
import { issueCreditNote } from './credit-notes.ts';
import { exportCustomer } from './export.ts';
import { issueInvoice } from './issue.ts';
import { findPayment, listClaimedPayments, listPayments } from './payment-store.ts';
import { remindDue } from './reminders.ts';
import { reinstatePayment, reversePayment } from './reversals.ts';
import { closeRun, findLastRun, listRunFailures, openRun } from './runs.ts';
import { statement } from './statement.ts';
import * as store from './store.ts';
import { assignTransfer, receiveTransfer } from './transfers.ts';

export function billingHandlers(database: Kysely<unknown>): HttpHandlers<typeof billingContract> {
  return {
    issueInvoice: (draft) => issueInvoice(database, draft),
    findInvoice: ({ invoiceId }) => store.findInvoice(database, invoiceId),
    recallInvoice: async (draft) => ({ invoice: await store.recallInvoice(database, draft) }),
    listInvoices: async (filter) => ({ invoices: await store.listInvoices(database, filter) }),
    exportCustomer: (of) => exportCustomer(database, of),
    ...userCopyHandlers(database),
    remindDue: async ({ limit }) => ({ reminded: await remindDue(database, limit, new Date().toISOString()) }),
    claimPayment: (claim) => claimPayment(database, claim),
    releaseClaim: (release) => releaseClaim(database, release),
    applyPayment: ({ paymentId }) => applyPayment(database, paymentId),
    reversePayment: (reversal) => reversePayment(database, reversal),
    reinstatePayment: (reinstatement) => reinstatePayment(database, reinstatement),
    findInvoicePayment: ({ paymentId }) => findPayment(database, paymentId),
    listClaimedPayments: async (page) => ({ paymentIds: await listClaimedPayments(database, page) }),
    recallPayment: async (claim) => ({ payment: await recallPayment(database, claim) }),
    listPayments: async (filter) => ({ payments: await listPayments(database, filter) }),
    receiveTransfer: (transfer) => receiveTransfer(database, transfer),
    assignTransfer: async (assignment, context) => assignTransfer(database, assignment, actorOf(context)),
    issueCreditNote: (draft) => issueCreditNote(database, draft),
    applyCredit: ({ invoiceId }) => applyCredit(database, invoiceId),
    statement: (of) => statement(database, of),
    openRun: (run) => openRun(database, run),
    issueBatch: (batch) => issueBatch(database, batch),
    closeRun: (run) => closeRun(database, run),
    findLastRun: (month) => findLastRun(database, month),
    listRunFailures: async (page) => ({ failures: await listRunFailures(database, page) }),
  };
}
