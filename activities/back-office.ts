import type { BillingClient } from '../services/billing/contract.ts';
import type { CommunitiesClient } from '../services/communities/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import type { PaymentsClient } from '../services/payments/contract.ts';
import { claimedPayments, createBillingActivities } from './billing.ts';
import { createCustomerActivities } from './customers.ts';
import { createMonthlyInvoicingActivities } from './monthly-invoicing.ts';
import { createPaymentActivities } from './payments.ts';
import { createSweepActivities } from './sweep.ts';
import { createUserCheckActivities } from './user-check.ts';

/** The services that the activities of the back office call. */
export interface BackOfficeClients {
  readonly customers: CustomersClient;
  readonly billing: BillingClient;
  readonly payments: PaymentsClient;
  readonly communities: CommunitiesClient;
}

/** The activities of the task queue `back-office`. */
export function createBackOfficeActivities(clients: BackOfficeClients) {
  return {
    ...createCustomerActivities(clients),
    ...createBillingActivities(clients),
    ...createPaymentActivities(clients),
    ...createUserCheckActivities(clients),
    ...createMonthlyInvoicingActivities(clients),
    ...createSweepActivities({ 'invoice-payments': claimedPayments(clients) }),
  };
}

export type BackOfficeActivities = ReturnType<typeof createBackOfficeActivities>;
