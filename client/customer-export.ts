import type { CustomerId } from '../contracts/identifiers.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import type { Order } from '../services/orders/shapes.ts';
import type { FrontDoorServices } from './services.ts';

/** More of one kind are not handed out at once; `isComplete` says so. */
const most = 1_000;

/** The services that keep something about a person beside their id. */
export type CustomerKeepers = Pick<FrontDoorServices, 'customers' | 'orders' | 'billing' | 'reviews' | 'communities'>;

/**
 * All that the services keep about a person, each in the form of its contract. Books and stock name orders and no person, and
 * what Temporal keeps is made of the same and goes by itself.
 *
 * @param call in whose name the services are called. @default in one's own
 * @throws {ServiceFailure} `CustomerNotFound`; `Forbidden` for who may not read one of the services
 */
export async function exportCustomer(
  { customers, orders, billing, reviews, communities }: CustomerKeepers,
  customerId: CustomerId,
  call: CallOptions = {},
) {
  const customer = await customers.findCustomer({ customerId }, call);
  const of = { customerId, limit: most };
  const [bans, { purchases }, { balances }, { orders: listed }, billed, written, { residences }] = await Promise.all([
    customers.findBans({ customerId }, call),
    customers.listPurchases({ customerId }, call),
    customers.listBalances({ customerId }, call),
    orders.listOrders(of, call),
    billing.exportCustomer(of, call),
    reviews.listReviewsOfCustomer(of, call),
    communities.listResidences(of, call),
  ]);
  const whole: Order[] = [];
  for (const { orderId } of listed) whole.push(await orders.findOrder({ orderId }, call));
  const lists = { ...billed, ...written, residences };
  return {
    customer,
    bans,
    balances,
    purchases,
    orders: whole,
    ...lists,
    isComplete: [listed, ...Object.values(lists)].every(({ length }) => length < most),
  };
}
