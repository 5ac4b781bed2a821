import { ServiceFailure } from '../../../contracts/failures.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { Customer, customersContract } from '../../../services/customers/contract.ts';

type AddPurchase = InputOf<typeof customersContract.operations.addPurchase>;

/** The customers in memory: everybody is Ada Lovelace. */
export class FakeCustomers {
  status: Customer['status'] = 'active';
  /** By the order's id. */
  readonly purchases = new Map<string, AddPurchase>();

  findCustomer({ customerId }: { readonly customerId: string }): Customer {
    return {
      customerId: customerId as Customer['customerId'],
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      country: 'US' as Customer['country'],
      status: this.status,
    };
  }

  addPurchase(purchase: AddPurchase): AddPurchase {
    const known = this.purchases.get(purchase.orderId) ?? purchase;
    // The time of the first call stays.
    if (contentHash(known) !== contentHash({ ...purchase, completedAt: known.completedAt }))
      throw new ServiceFailure('IdempotencyConflict', `${purchase.orderId} was added before with other content`);
    this.purchases.set(purchase.orderId, known);
    return known;
  }
}
