import { z } from 'zod';
import { createBackOfficeActivities } from '../activities/back-office.ts';
import { createBillActivities } from '../activities/bills.ts';
import { createPurchaseOrderActivities } from '../activities/purchase-orders.ts';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { createHttpClient } from '../platform/http/client.ts';
import type { Role } from '../platform/role.ts';
import { billingContract } from '../services/billing/contract.ts';
import { communitiesContract } from '../services/communities/contract.ts';
import { customersContract } from '../services/customers/contract.ts';
import { createPaymentsClient } from '../services/payments/client.ts';
import { purchasingContract } from '../services/purchasing/contract.ts';
import { staffContract } from '../services/staff/contract.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { startWorkflowWorker } from './workflow-worker.ts';

const service = z.url({ protocol: /^https?$/, error: 'use the address of the service: http://host:port' });
const wholeNumber = z.coerce.number().int().min(1);

const environment = z.object({
  CUSTOMERS_URL: service,
  BILLING_URL: service,
  PAYMENTS_URL: service,
  COMMUNITIES_URL: service,
  PURCHASING_URL: service,
  STAFF_URL: service,
  CUSTOMER_VALIDATION_TIMEOUT_MILLISECONDS: wholeNumber.default(10_000),
  /** Failures in a row that open the circuit, and how long it then holds calls back. */
  CUSTOMER_VALIDATION_FAILURES_TO_OPEN: wholeNumber.default(5),
  CUSTOMER_VALIDATION_OPEN_MILLISECONDS: wholeNumber.default(30_000),
});

export const role: Role = async (context) => {
  const configuration = readConfiguration(environment, context.environment);
  const token = tokenSource(context.environment);
  const ofInvoices = createBackOfficeActivities({
    customers: createHttpClient(customersContract, {
      token,
      url: configuration.CUSTOMERS_URL,
      timeoutMilliseconds: configuration.CUSTOMER_VALIDATION_TIMEOUT_MILLISECONDS,
      failuresToOpen: configuration.CUSTOMER_VALIDATION_FAILURES_TO_OPEN,
      halfOpenAfterMilliseconds: configuration.CUSTOMER_VALIDATION_OPEN_MILLISECONDS,
    }),
    billing: createHttpClient(billingContract, { token, url: configuration.BILLING_URL, timeoutMilliseconds: 14_000 }),
    payments: createPaymentsClient({ token, url: configuration.PAYMENTS_URL }),
    communities: createHttpClient(communitiesContract, { token, url: configuration.COMMUNITIES_URL }),
  });
  const purchasing = createHttpClient(purchasingContract, { token, url: configuration.PURCHASING_URL });
  const staff = createHttpClient(staffContract, { token, url: configuration.STAFF_URL });
  const ofPurchases = {
    ...createPurchaseOrderActivities({ purchasing, staff }),
    ...createBillActivities({ purchasing }),
  };
  const activities = { ...ofInvoices, ...ofPurchases };
  return startWorkflowWorker({ taskQueue: taskQueues.backOffice, activities }, context);
};
