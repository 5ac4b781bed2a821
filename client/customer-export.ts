import type { CustomerId } from '../contracts/identifiers.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import type { Order } from '../services/orders/shapes.ts';
import type { ServiceClients } from './services.ts';

/** More of one kind are not handed out at once; `isComplete` says so. */
const most = 1_000;

/**
 * All that the services keep about a person, each in the form of its contract. Books and stock name orders and no person, and
 * what Temporal keeps is made of the same and goes by itself.
 *
 * @param call in whose name the services are called. @default in one's own
 * @throws {ServiceFailure} `CustomerNotFound`; `Forbidden` for who may not read one of the services
 */
export async function exportCustomer(
  { customers, orders, billing }: Pick<ServiceClients, 'customers' | 'orders' | 'billing'>,
  customerId: CustomerId,
  call: CallOptions = {},
) {
  const customer = await customers.findCustomer({ customerId }, call);
  const [{ purchases }, { balances }, { orders: listed }, { invoices }, { payments }] = await Promise.all([
    customers.listPurchases({ customerId }, call),
    customers.listBalances({ customerId }, call),
    orders.listOrders({ customerId, limit: most }, call),
    billing.listInvoices({ customerId, limit: most }, call),
    billing.listPayments({ customerId, limit: most }, call),
  ]);
  const whole: Order[] = [];
  for (const { orderId } of listed) whole.push(await orders.findOrder({ orderId }, call));
  return {
    customer,
    balances,
    purchases,
    orders: whole,
    invoices,
    payments,
    isComplete: [listed, invoices, payments].every(({ length }) => length < most),
  };
}
