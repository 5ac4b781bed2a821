import type { CustomerId } from '../contracts/identifiers.ts';
import type { ServiceClients } from './services.ts';

/** More of one kind are not handed out at once; `isComplete` says so. */
const most = 1_000;

/**
 * All that the services keep about a person, each in the form of its contract. Books and stock name orders and no person, and
 * what Temporal keeps is made of the same and goes by itself.
 *
 * @throws {ServiceFailure} `CustomerNotFound`; `Forbidden` for who may not read one of the services
 */
export async function exportCustomer(
  { customers, orders, billing }: Pick<ServiceClients, 'customers' | 'orders' | 'billing'>,
  customerId: CustomerId,
) {
  const customer = await customers.findCustomer({ customerId });
  const [{ purchases }, { balances }, { orders: listed }, { invoices }, { payments }] = await Promise.all([
    customers.listPurchases({ customerId }),
    customers.listBalances({ customerId }),
    orders.listOrders({ customerId, limit: most }),
    billing.listInvoices({ customerId, limit: most }),
    billing.listPayments({ customerId, limit: most }),
  ]);
  const whole: unknown[] = [];
  for (const { orderId } of listed) whole.push(await orders.findOrder({ orderId }));
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
