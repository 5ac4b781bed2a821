import { copyUsers } from '../../events/consuming/user-copy.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type BillingClient, billingContract } from '../../services/billing/contract.ts';
import { billingHandlers } from '../../services/billing/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

export type InvoiceDraft = InputOf<(typeof billingContract)['operations']['issueInvoice']>;

/** The billing service on a database of its own, and its client. */
export interface BillingEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly billing: BillingClient;
}

export async function openBilling(): Promise<BillingEnvironment> {
  const service = await startInProcess<unknown>('billing', (database, options) =>
    serveHttp(billingContract, billingHandlers(database), options),
  );
  return {
    service,
    billing: createHttpClient(billingContract, {
      url: service.url,
      timeoutMilliseconds: 30_000,
      // Transactions are killed here by the dozen: no call is to be held back for that.
      failuresToOpen: 1_000,
    }),
  };
}

/** Whom {@link openAccounts} has invoices written to. */
export const ada = { name: 'Ada Lovelace', email: 'ada@example.org' };

/** Has billing's copy of the accounts know customers, as its consumer does. */
export const openAccounts = ({ service }: BillingEnvironment, customerIds: readonly string[]): Promise<void> =>
  service.database.transaction().execute((transaction) =>
    copyUsers(
      transaction,
      customerIds.map((customer_id) => ({ customer_id, version: 1, ...ada, country: 'GB', status: 'active' })),
    ),
  );

/** An invoice of 100.00 EUR plus 8 %. */
export const draft = (invoiceId: string, change: Partial<InvoiceDraft> = {}): InvoiceDraft => ({
  invoiceId,
  customerId: 'c-1',
  contact: ada,
  currency: 'EUR',
  lines: [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
  ...change,
});
