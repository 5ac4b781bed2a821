import type { CurrencyLimits } from '../contracts/currency-limits.ts';
import type { CatalogClient } from '../services/catalog/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
import type { InventoryClient } from '../services/inventory/contract.ts';
import type { OrdersClient } from '../services/orders/contract.ts';
import type { PaymentsClient } from '../services/payments/contract.ts';
import { createCatalogActivities } from './catalog.ts';
import { createCustomerActivities } from './customers.ts';
import { activeReservations, createInventoryActivities } from './inventory.ts';
import { createOrderActivities, unfinishedOrders } from './orders.ts';
import { createPaymentActivities } from './payments.ts';
import { createRefundActivities, unfinishedRefunds } from './refunds.ts';
import { createSweepActivities } from './sweep.ts';
import { createJointActivities } from './together.ts';

/** The services that the checkout's activities call. */
export interface ServiceClients {
  readonly customers: CustomersClient;
  readonly catalog: CatalogClient;
  readonly orders: OrdersClient;
  readonly inventory: InventoryClient;
  readonly payments: PaymentsClient;
}

/** The activities of the task queue `checkout`. */
export function createCheckoutActivities(
  clients: ServiceClients,
  { refundLimits }: { readonly refundLimits?: CurrencyLimits } = {},
) {
  const single = {
    ...createCustomerActivities(clients),
    ...createCatalogActivities(clients),
    ...createOrderActivities(clients),
    ...createInventoryActivities(clients),
  };
  return {
    ...single,
    ...createJointActivities(single),
    ...createPaymentActivities(clients),
    ...createRefundActivities(clients, refundLimits),
    ...createSweepActivities({
      orders: unfinishedOrders(clients),
      reservations: activeReservations(clients),
      refunds: unfinishedRefunds(clients),
    }),
  };
}

export type CheckoutActivities = ReturnType<typeof createCheckoutActivities>;
