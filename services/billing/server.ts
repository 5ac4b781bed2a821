import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { billingContract } from './contract.ts';
import { issueInvoice } from './issue.ts';
import * as store from './store.ts';

export function billingHandlers(database: Kysely<unknown>): HttpHandlers<typeof billingContract> {
  return {
    issueInvoice: (draft) => issueInvoice(database, draft),
    findInvoice: ({ invoiceId }) => store.findInvoice(database, invoiceId),
    recallInvoice: async (draft) => ({ invoice: await store.recallInvoice(database, draft) }),
    listInvoices: async (filter) => ({ invoices: await store.listInvoices(database, filter) }),
  };
}
