import type { BillingClient } from '../services/billing/contract.ts';
import type { CommunitiesClient } from '../services/communities/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import { createBillingActivities } from './billing.ts';
import { createCustomerActivities } from './customers.ts';
import { createMonthlyInvoicingActivities } from './monthly-invoicing.ts';

/** The services that the activities of the back office call. */
export interface BackOfficeClients {
  readonly customers: CustomersClient;
  readonly billing: BillingClient;
  readonly communities: CommunitiesClient;
}

/** The activities of the task queue `back-office`. */
export function createBackOfficeActivities(clients: BackOfficeClients) {
  return {
    ...createCustomerActivities(clients),
    ...createBillingActivities(clients),
    ...createMonthlyInvoicingActivities(clients),
  };
}

export type BackOfficeActivities = ReturnType<typeof createBackOfficeActivities>;
