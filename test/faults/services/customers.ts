import { ServiceFailure } from '../../../contracts/failures.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { Balance, Customer, customersContract } from '../../../services/customers/contract.ts';

type ChangeBalance = InputOf<typeof customersContract.operations.changeBalance>;
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

  /** By the key of the change. */
  readonly balanceChanges = new Map<string, ChangeBalance>();

  changeBalance(change: ChangeBalance): Balance {
    const known = this.balanceChanges.get(change.key) ?? change;
    if (contentHash(known) !== contentHash(change))
      throw new ServiceFailure('IdempotencyConflict', `${change.key} has changed a balance before, with other content`);
    this.balanceChanges.set(change.key, known);
    const all = [...this.balanceChanges.values()].filter(({ customerId }) => customerId === change.customerId);
    return {
      currency: change.currency as Balance['currency'],
      amount: all.reduce((sum, { amount }) => sum + amount, 0),
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
