import type { CheckoutId, OrderId } from '../../contracts/identifiers.ts';
import type { WrittenLetter } from './letter.ts';

/** What an event of an order says of it. */
interface OrderFacts {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly customer: WrittenLetter['recipient'];
}

/** What is the same in every letter about an order to the customer who placed it. */
export const aboutOrder = ({ checkoutId, orderId, customer }: OrderFacts) => ({
  about: { kind: 'order', id: orderId },
  order: { checkoutId, orderId },
  recipient: customer,
});
