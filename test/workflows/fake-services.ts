import { type FailureType, ServiceFailure } from '../../contracts/failures.ts';
import type { EventName, MilestoneBatch } from '../../events/contracts/index.ts';

export type Operation =
  | 'findCustomer'
  | 'quote'
  | 'placeOrder'
  | 'cancelOrder'
  | 'completeOrder'
  | 'reserve'
  | 'release'
  | 'commit'
  | 'authorize'
  | 'void'
  | 'capture'
  | 'addPurchase'
  | 'publishMilestones';

interface Interference {
  /** Runs before the effect; what it throws is the answer. */
  readonly before?: (attempt: number) => void | Promise<void>;
  /** Runs after the effect; what it throws is the answer, though the effect stays. */
  readonly after?: (attempt: number) => void | Promise<void>;
}

export const refuse =
  (type: FailureType, message = `${type} in a test`) =>
  () => {
    throw new ServiceFailure(type, message);
  };

/** The services of one checkout in memory: idempotent and with tombstones, as the real ones are. */
export class FakeServices {
  order: 'none' | 'pending' | 'completed' | 'cancelled' = 'none';
  reservation: 'none' | 'active' | 'committed' | 'released' = 'none';
  payment: 'none' | 'authorized' | 'captured' | 'voided' | 'refunded' = 'none';
  purchases = 0;
  customerStatus: 'active' | 'banned' = 'active';
  readonly published: EventName[] = [];
  readonly calls: Operation[] = [];
  readonly #interferences = new Map<Operation, Interference>();
  readonly #attempts = new Map<Operation, number>();

  interfere(operation: Operation, interference: Interference): this {
    this.#interferences.set(operation, interference);
    return this;
  }

  readonly #clients = {
    customers: {
      findCustomer: ({ customerId }: { customerId: string }) =>
        this.#call('findCustomer', () => ({
          customerId,
          name: 'Ada Lovelace',
          email: 'ada@example.org',
          country: 'US',
          status: this.customerStatus,
        })),
      addPurchase: (purchase: object) =>
        this.#call('addPurchase', () => {
          this.purchases = 1;
          return purchase;
        }),
    },
    catalog: {
      quote: ({ lines, currency }: { lines: { sku: string; quantity: number }[]; currency: 'USD' }) =>
        this.#call('quote', () => {
          const goods = lines.reduce((sum, { quantity }) => sum + quantity * 2999, 0);
          return {
            lines: lines.map((line) => ({ ...line, unitPrice: 2999 })),
            amounts: { currency, goods, discount: 0, shipping: 0, tax: 0, total: goods },
            priceVersion: '1',
          };
        }),
    },
    orders: {
      placeOrder: () =>
        this.#call('placeOrder', () => {
          if (this.order === 'cancelled') throw new ServiceFailure('InvalidState', 'the order was cancelled');
          if (this.order === 'none') this.order = 'pending';
          return { orderId: 'x', state: this.order, wasPlaced: true };
        }),
      completeOrder: () =>
        this.#call('completeOrder', () => {
          if (this.order === 'cancelled') throw new ServiceFailure('InvalidState', 'the order was cancelled');
          this.order = 'completed';
          return { orderId: 'x', state: this.order, wasPlaced: true };
        }),
      cancelOrder: () =>
        this.#call('cancelOrder', () => {
          if (this.order === 'completed') throw new ServiceFailure('InvalidState', 'the order is completed');
          const wasPlaced = this.order === 'pending';
          this.order = 'cancelled';
          return { orderId: 'x', state: this.order, wasPlaced };
        }),
    },
    inventory: {
      reserve: () =>
        this.#call('reserve', () => {
          if (this.reservation === 'released') throw new ServiceFailure('InvalidState', 'it was released');
          this.reservation = 'active';
          return this.#reservation(true);
        }),
      commit: () =>
        this.#call('commit', () => {
          this.reservation = 'committed';
          return this.#reservation(true);
        }),
      release: () =>
        this.#call('release', () => {
          const wasReserved = this.reservation === 'active';
          this.reservation = 'released';
          return this.#reservation(wasReserved);
        }),
    },
    payments: {
      authorize: () =>
        this.#call('authorize', () => {
          if (this.payment === 'voided') throw new ServiceFailure('InvalidState', 'it was voided');
          this.payment = 'authorized';
          return this.#payment();
        }),
      capture: () =>
        this.#call('capture', () => {
          this.payment = 'captured';
          return this.#payment();
        }),
      void: () =>
        this.#call('void', () => {
          const outcome =
            ({ authorized: 'voided', captured: 'refunded' } as const)[this.payment as 'authorized'] ?? 'nothing';
          this.payment = this.payment === 'captured' ? 'refunded' : 'voided';
          return { outcome };
        }),
    },
  };

  /** Calls a method of one of the services. */
  call(service: string, method: string, input: object): Promise<unknown> {
    const methods = this.#clients[service as 'orders'] as Record<
      string,
      ((input: object) => Promise<unknown>) | undefined
    >;
    const found = methods?.[method];
    if (!found) throw new Error(`the fakes have no ${service}.${method}`);
    return found(input);
  }

  publish(batch: MilestoneBatch): Promise<void> {
    return this.#call('publishMilestones', () => {
      this.published.push(...batch.milestones.map((milestone) => milestone.name));
    });
  }

  async #call<Result>(operation: Operation, effect: () => Result): Promise<Result> {
    const attempt = (this.#attempts.get(operation) ?? 0) + 1;
    this.#attempts.set(operation, attempt);
    this.calls.push(operation);
    const interference = this.#interferences.get(operation);
    await interference?.before?.(attempt);
    const result = effect();
    await interference?.after?.(attempt);
    return result;
  }

  #reservation(wasReserved: boolean) {
    return { reservationId: 'x', state: this.reservation, wasReserved, expiresAt: '2026-01-01T00:00:00Z' };
  }

  #payment() {
    return { paymentId: 'x', state: this.payment, amount: { amount: 5998, currency: 'USD' }, refunded: 0 };
  }
}
