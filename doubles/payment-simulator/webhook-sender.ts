import Stripe from 'stripe';
import type { Logger } from '../../platform/logging.ts';
import type { Database } from './store.ts';
import { eventObject, findEvent } from './webhook-events.ts';
import {
  type DeliveryRow,
  dueDeliveries,
  markDelivered,
  markFailed,
  millisecondsToNextDelivery,
  pendingDeliveries,
} from './webhook-store.ts';

export interface WebhookEndpoint {
  readonly url: string;
  /** Signs each webhook; the receiver has the same. */
  readonly secret: string;
  /** The pause after the first attempt that failed, in milliseconds; it doubles up to a minute. @default 500 */
  readonly firstPauseMilliseconds?: number;
}

const answerTimeout = 5_000;
const longestPause = 60_000;
const mostAttempts = 20;
const batch = 50;
/** The answer of the call that causes an event is on its way before the event. */
const pauseAfterChange = 20;
const pauseAfterTrouble = 1_000;

/** Sends what the table of webhooks holds, each until it gets an answer 2xx: at least once, also over a crash. */
export class WebhookSender {
  readonly #database: Database;
  readonly #endpoint: WebhookEndpoint;
  readonly #logger: Logger;
  readonly #stopped = new AbortController();
  readonly #sending = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #nextPassAt = Number.POSITIVE_INFINITY;
  #pass: Promise<void> | undefined;

  constructor(database: Database, endpoint: WebhookEndpoint, logger: Logger) {
    this.#database = database;
    this.#endpoint = endpoint;
    this.#logger = logger;
  }

  /** Sends what is due after a short while. */
  schedule(milliseconds = pauseAfterChange): void {
    const at = Date.now() + Math.max(0, milliseconds);
    if (this.#stopped.signal.aborted || at >= this.#nextPassAt) return;
    clearTimeout(this.#timer);
    this.#nextPassAt = at;
    this.#timer = setTimeout(() => {
      this.#nextPassAt = Number.POSITIVE_INFINITY;
      this.#startPass();
    }, at - Date.now());
  }

  /** Sends these, and ends when each has been tried once. */
  async sendNow(ids: readonly number[]): Promise<void> {
    for (const delivery of await pendingDeliveries(this.#database, ids)) await this.#send(delivery);
    this.schedule();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await Promise.allSettled([this.#pass, ...this.#sending.values()]);
  }

  #startPass(): void {
    const before = this.#pass;
    this.#pass = (async () => {
      await before;
      try {
        const next = await this.#sendDue();
        if (next !== undefined) this.schedule(next);
      } catch (error) {
        this.#logger.error({ err: error }, 'webhooks could not be sent');
        this.schedule(pauseAfterTrouble);
      }
    })();
  }

  /** @returns milliseconds until there is more to send */
  async #sendDue(): Promise<number | undefined> {
    while (!this.#stopped.signal.aborted) {
      const due = await dueDeliveries(this.#database, batch);
      if (due.length === 0) return millisecondsToNextDelivery(this.#database);
      const byIntent = Map.groupBy(due, ({ intentId }) => intentId);
      await Promise.all(
        [...byIntent.values()].map(async (deliveries) => {
          for (const delivery of deliveries) await this.#send(delivery);
        }),
      );
    }
    return undefined;
  }

  /** A call for one that is being sent waits for that. */
  #send(delivery: DeliveryRow): Promise<void> {
    const { id } = delivery;
    const sending = this.#sending.get(id) ?? this.#trySending(delivery).finally(() => this.#sending.delete(id));
    this.#sending.set(id, sending);
    return sending;
  }

  async #trySending(delivery: DeliveryRow): Promise<void> {
    const event = await findEvent(this.#database, delivery.eventId);
    if (!event) return;
    const { arrived, answer } = await this.#post(JSON.stringify(eventObject(event)));
    // A webhook that was cut off by the stop is sent again after the start.
    if (this.#stopped.signal.aborted && !arrived) return;
    if (arrived) return markDelivered(this.#database, delivery, answer);
    const pause = Math.min((this.#endpoint.firstPauseMilliseconds ?? 500) * 2 ** delivery.attempts, longestPause);
    await markFailed(this.#database, delivery, answer, delivery.attempts + 1 < mostAttempts ? pause : null);
  }

  async #post(payload: string): Promise<{ arrived: boolean; answer: string }> {
    const { url, secret } = this.#endpoint;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
        },
        body: payload,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(answerTimeout)]),
      });
      await response.body?.cancel();
      return { arrived: response.ok, answer: String(response.status) };
    } catch (error) {
      return { arrived: false, answer: String((error as Error).cause ?? error) };
    }
  }
}
