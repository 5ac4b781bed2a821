import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { billingContract } from './contract.ts';
import { listCreditNotes } from './credit-notes.ts';
import { listPayments } from './payment-store.ts';
import { listWholeInvoices } from './store.ts';

type Operation = (typeof billingContract.operations)['exportCustomer'];

/** What was asked of one customer, paid by them and credited to them: whole, the newest first. */
export async function exportCustomer(
  database: Kysely<unknown>,
  of: z.output<Operation['input']>,
): Promise<z.output<Operation['output']>> {
  const [invoices, payments, creditNotes] = await Promise.all([
    listWholeInvoices(database, of),
    listPayments(database, of),
    listCreditNotes(database, of),
  ]);
  return { invoices, payments, creditNotes };
}
