import type { Database } from './store.ts';

/** One change of the simulator's state: a transaction, and what the events that it writes have to know. */
export interface Change {
  readonly transaction: Database;
  /** Where customers reach the simulator. */
  readonly publicUrl: string;
  /** The call that makes the change; null where the customer or the bank makes it. */
  readonly request: { readonly id: string; readonly idempotencyKey: string | null } | null;
  /** The webhooks that the change has written; null where there is no receiver. */
  readonly deliveries: WrittenDelivery[] | null;
}

export interface WrittenDelivery {
  readonly id: number;
  /** Whether it has to arrive before the call is answered. */
  readonly isEarly: boolean;
}

/** Runs one change: all of it or, after an error or a crash, nothing of it. */
export type RunChange = <Result>(
  request: Change['request'],
  work: (change: Change) => Promise<Result>,
) => Promise<Result>;

/** What sends webhooks once they are written. */
interface Sender {
  /** Sends what is due, soon. */
  schedule(): void;
  /** Sends these, and ends when each has been tried once. */
  sendNow(ids: readonly number[]): Promise<void>;
}

/** @param sender absent where there is no receiver of webhooks */
export function createRunChange(database: Database, publicUrl: () => string, sender?: Sender): RunChange {
  return async (request, work) => {
    const deliveries: WrittenDelivery[] = [];
    const result = await database
      .transaction()
      .execute((transaction) =>
        work({ transaction, publicUrl: publicUrl(), request, deliveries: sender ? deliveries : null }),
      );
    const early = deliveries.filter(({ isEarly }) => isEarly).map(({ id }) => id);
    if (early.length > 0) await sender?.sendNow(early);
    if (deliveries.length > early.length) sender?.schedule();
    return result;
  };
}
