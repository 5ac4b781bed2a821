import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ServiceFailure } from '../contracts/failures.ts';
import { parse } from '../contracts/validation.ts';
import type { StreamedEvent } from '../platform/http/contract.ts';
import type { Decision, Resolution } from '../workflows/kit/contract.ts';
import { type FrontDoor, untilAnswered } from './front-door.ts';
import type { AnyDefinition, AnyResult, AnyStatus } from './process-kinds.ts';
import { isEnd } from './process-states.ts';

type Events = AsyncIterable<StreamedEvent<AnyStatus>>;

/** How a process is asked for: by its kind, or by the calls that customers and reviewers have as well. */
interface Route {
  status(): Promise<unknown>;
  result(): Promise<unknown>;
  watch(lastEventId: string | undefined): Promise<unknown>;
  cancel(): Promise<unknown>;
}

/** Milliseconds between two tries while the front door is away. */
const betweenTries = 1_000;
/** Tries in a row after which it counts as gone. */
const mostTries = 20;

/** One process of any kind, as the front door shows it. Every method throws `ServiceFailure` for expected failures. */
export class FollowedProcess {
  readonly kind: string;
  readonly id: string;
  readonly #door: FrontDoor;
  #routes: readonly Route[];

  /** @throws {ServiceFailure} `InvalidRequest` naming the field, for an id that is none of this kind */
  constructor(door: FrontDoor, { kind, idField, idSchema }: AnyDefinition, id: string) {
    parse(z.object({ [idField]: idSchema }), { [idField]: id });
    this.kind = kind;
    this.id = id;
    this.#door = door;
    const own = ownRoutes[kind]?.(door, id);
    this.#routes = [commonRoute(door, kind, id), ...(own ? [own] : [])];
  }

  /** Where it stands; of one long past, how it ended. @throws {ServiceFailure} `NotFound` */
  async status(): Promise<AnyStatus> {
    const { version: _, ...status } = (await this.#ask((route) => route.status())) as AnyStatus & { version: string };
    return status;
  }

  /**
   * Waits for the end.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when Temporal has cut it off
   */
  async waitForResult(): Promise<AnyResult> {
    for await (const _ of this.changes());
    return (await this.#ask((route) => route.result())) as AnyResult;
  }

  /**
   * Its status now, and again at each change, to its end. A front door that is away for a moment is found again.
   *
   * @param onTrouble told that something is away for a moment
   * @throws {ServiceFailure} `NotFound`; `Unavailable` when the front door stays away
   */
  async *changes(onTrouble: (failure: ServiceFailure) => void = () => undefined): AsyncGenerator<AnyStatus> {
    let lastEventId: string | undefined;
    let tries = 0;
    for (;;) {
      try {
        const events = (await this.#ask((route) => route.watch(lastEventId))) as Events;
        for await (const { id, event, data } of events) {
          [lastEventId, tries] = [id, 0];
          yield data;
          if (event === 'ended') return;
        }
        // A watch ends after half an hour, and one of what had ended before at once: nothing is told twice.
        if (lastEventId !== undefined && isEnd((await this.status()).state)) return;
      } catch (error) {
        if (!(error instanceof ServiceFailure) || !error.failure.retryable || tries === mostTries) throw error;
        tries += 1;
        onTrouble(error);
        await delay(betweenTries);
      }
    }
  }

  /**
   * Cancels it and waits until everything is undone.
   *
   * @throws {ServiceFailure} `NotFound`; `InvalidState` when it is past its pivot or has ended, or no such process can be
   * cancelled
   */
  async cancel(): Promise<AnyResult> {
    let asked = false;
    return untilAnswered(async () => {
      try {
        return (await this.#ask((route) => route.cancel())) as AnyResult;
      } catch (error) {
        const isRepeated = asked && error instanceof ServiceFailure && error.type === 'InvalidState';
        asked = true;
        // What was asked for before has been done meanwhile.
        if (isRepeated) return this.waitForResult();
        throw error;
      }
    });
  }

  /** Decides, as an operator, about a call that keeps failing. @throws {ServiceFailure} as `ProcessClient.resolve` does */
  resolve(resolution: Pick<Resolution, 'what' | 'decision' | 'note'>): Promise<Decision> {
    return this.#door.processes.resolveCall({ ...this.#name(), ...resolution }) as Promise<Decision>;
  }

  /** Approves what waits for two people, or refuses it. @throws {ServiceFailure} as `ProcessClient.decideApproval` does */
  decideApproval(decided: { readonly decision: 'approve' | 'refuse'; readonly note: string }): Promise<Decision> {
    return this.#door.processes.decideApproval({ ...this.#name(), ...decided }) as Promise<Decision>;
  }

  #name(): { readonly kind: string; readonly id: string } {
    return { kind: this.kind, id: this.id };
  }

  /** Who may not look at every kind of process may look at some: the one that has answered is asked from then on. */
  async #ask<Answer>(call: (route: Route) => Promise<Answer>): Promise<Answer> {
    const [first, other] = this.#routes as [Route, Route?];
    try {
      return await call(first);
    } catch (error) {
      if (!other || !(error instanceof ServiceFailure) || error.type !== 'Forbidden') throw error;
      const answer = await call(other);
      this.#routes = [other];
      return answer;
    }
  }
}

const commonRoute = ({ processes }: Pick<FrontDoor, 'processes'>, kind: string, id: string): Route => ({
  status: () => processes.readProcess({ kind, id }),
  result: () => processes.readResult({ kind, id }),
  watch: (lastEventId) => processes.watchProcess({ kind, id }, { lastEventId }),
  cancel: () => processes.cancelProcess({ kind, id }),
});

const ownRoutes: Readonly<Record<string, (door: FrontDoor, id: string) => Route>> = {
  checkout: ({ checkouts }, checkoutId) => ({
    status: () => checkouts.readCheckout({ checkoutId }),
    result: () => checkouts.readCheckoutResult({ checkoutId }),
    watch: (lastEventId) => checkouts.watchCheckout({ checkoutId }, { lastEventId }),
    cancel: () => checkouts.cancelCheckout({ checkoutId }),
  }),
  refund: ({ refunds, processes }, refundId) => ({
    ...commonRoute({ processes }, 'refund', refundId),
    status: () => refunds.readRefund({ refundId }),
    result: () => refunds.readRefundResult({ refundId }),
    watch: (lastEventId) => refunds.watchRefund({ refundId }, { lastEventId }),
  }),
  'invoice-payment': ({ accounts, processes }, paymentId) => ({
    ...commonRoute({ processes }, 'invoice-payment', paymentId),
    status: () => accounts.readInvoicePayment({ paymentId }),
    result: () => accounts.readInvoicePaymentResult({ paymentId }),
    watch: (lastEventId) => accounts.watchInvoicePayment({ paymentId }, { lastEventId }),
  }),
};
