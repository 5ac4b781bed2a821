import type { Client } from '@temporalio/client';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { cart } from '../../demo/shop.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

/** What became of a checkout. */
export interface PlacedCheckout {
  readonly checkoutId: string;
  /** `completed`, another outcome, or the message of an error. */
  readonly ended: string;
  /** Every state that it has written down: `payment-unknown`, for one. */
  readonly states: readonly string[];
}

/** Checkouts, some side by side, one after the other until they are stopped. */
export class SteadyCheckouts {
  readonly #temporal: Client;
  readonly #ended = new Map<string, string>();
  readonly #running: Promise<void>[];
  #isStopped = false;
  #placed = 0;

  constructor(temporal: Client, sideBySide: number) {
    this.#temporal = temporal;
    const checkouts = new CheckoutClient(temporal);
    this.#running = Array.from({ length: sideBySide }, async () => {
      while (!this.#isStopped) {
        this.#placed += 1;
        const checkoutId = `rolling-${this.#placed}`;
        try {
          await checkouts.startCheckout(cart(checkoutId));
          this.#ended.set(checkoutId, (await checkouts.waitForResult(checkoutId)).outcome);
        } catch (error) {
          this.#ended.set(checkoutId, error instanceof Error ? error.message : String(error));
        }
      }
    });
  }

  /** How many have ended. */
  get ended(): number {
    return this.#ended.size;
  }

  /** Places no more, and waits until those that run have ended. */
  async stop(): Promise<PlacedCheckout[]> {
    this.#isStopped = true;
    await Promise.all(this.#running);
    return Promise.all(
      [...this.#ended].map(async ([checkoutId, ended]) => ({
        ...{ checkoutId, ended },
        states: await this.#statesOf(checkoutId),
      })),
    );
  }

  async #statesOf(checkoutId: string): Promise<string[]> {
    const { events } = await this.#temporal.workflow.getHandle(checkoutWorkflowId(checkoutId)).fetchHistory();
    return (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: written }) => {
      const data = written?.searchAttributes?.indexedFields?.[searchAttributes.checkoutStatus.name]?.data;
      return data ? [String(JSON.parse(Buffer.from(data).toString('utf8')))] : [];
    });
  }
}
