import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { InvoiceClient } from '../../client/invoice-client.ts';
import { InvoicePaymentClient } from '../../client/invoice-payment-client.ts';
import { RefundClient } from '../../client/refund-client.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { cart, shopper } from '../../demo/shop.ts';
import { chance } from '../../doubles/payment-simulator/chance.ts';
import type { Clients } from '../clients.ts';

/** What people do: they buy, are declined, give something back, or pay an invoice. */
export const kinds = ['checkout', 'declined checkout', 'refund', 'invoice'] as const;
export type WorkKind = (typeof kinds)[number];

/** One piece of work, and what came of it. */
export interface Done {
  readonly id: string;
  readonly kind: WorkKind;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** How it ended, with the reason where it has one: `refused: CardDeclined`. */
  readonly outcome: string;
}

export const expectedOutcome: Readonly<Record<WorkKind, string>> = {
  checkout: 'completed',
  'declined checkout': 'refused: CardDeclined',
  refund: 'completed',
  invoice: 'completed',
};

export interface WorkOptions {
  readonly seed: number;
  /** How long work begins. */
  readonly seconds: number;
  /** Pieces of work that begin in a second, whatever has become of those before. */
  readonly perSecond: number;
  readonly signal: AbortSignal;
  /** How the ids of all pieces begin. @default 'chaos' */
  readonly prefix?: string;
}

const patience = 300_000;
const pause = 200;

/** Does work at a steady rate, and waits until all of it has ended. */
export async function work(clients: Clients, options: WorkOptions): Promise<Done[]> {
  const { seed, seconds, perSecond, signal, prefix = 'chaos' } = options;
  const doers = doersOf(clients);
  const begun = performance.now();
  const all: Promise<Done>[] = [];
  for (let number = 1; number <= seconds * perSecond; number += 1) {
    const due = begun + (number / perSecond) * 1_000 - performance.now();
    if (due > 0) await delay(due, undefined, { signal });
    const kind = kindOf(chance(String(seed), 'work', number));
    const id = `${prefix}-${number}`;
    const beganAt = Date.now();
    all.push(
      persist(() => doers[kind](id), signal).then((outcome) => ({ id, kind, beganAt, endedAt: Date.now(), outcome })),
    );
  }
  return Promise.all(all);
}

function kindOf(drawn: number): WorkKind {
  if (drawn < 0.55) return 'checkout';
  if (drawn < 0.65) return 'declined checkout';
  return drawn < 0.8 ? 'refund' : 'invoice';
}

/** Asks again where an answer may come later, as a program does that wants to know; the ids stay, so nothing is done twice. */
async function persist(act: () => Promise<string>, signal: AbortSignal): Promise<string> {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      if (!error.failure.retryable || Date.now() > until) return `failed: ${error.type}: ${error.message}`;
    }
    await delay(pause, undefined, { signal });
  }
}

interface Ended {
  readonly outcome: string;
  readonly reason?: { readonly type: string } | undefined;
}

const tell = ({ outcome, reason }: Ended) => (reason ? `${outcome}: ${reason.type}` : outcome);

function doersOf({ temporal, services }: Clients): Readonly<Record<WorkKind, (id: string) => Promise<string>>> {
  const checkouts = new CheckoutClient(temporal, services.orders);
  const refunds = new RefundClient(temporal, services.orders);
  const invoices = new InvoiceClient(temporal, services.billing);
  const payments = new InvoicePaymentClient(temporal, services.billing);
  const buy = async (checkoutId: string, paymentMethod: string) => {
    const { orderId } = await checkouts.startCheckout(cart(checkoutId, { paymentMethod }));
    return { orderId, ended: await checkouts.waitForResult(checkoutId) };
  };
  return {
    checkout: async (id) => tell((await buy(id, 'pm_card_visa')).ended),
    'declined checkout': async (id) => tell((await buy(id, 'pm_card_chargeDeclined')).ended),
    async refund(id) {
      const { orderId, ended } = await buy(id, 'pm_card_visa');
      if (ended.outcome !== 'completed') return `its checkout was ${tell(ended)}`;
      const lines = [{ sku: 'product-1', quantity: 1 }];
      await refunds.startRefund({ refundId: id, orderId, lines, reason: 'one lamp came broken' });
      return tell(await refunds.waitForResult(id));
    },
    async invoice(id) {
      const lines = [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }];
      const { reason } = await invoices.issue({ invoiceId: id, customerId: shopper, currency: 'EUR', lines });
      if (reason) return `it was not issued: ${reason.type}`;
      await payments.startPayment({ paymentId: id, invoiceId: id, paymentMethod: 'pm_card_visa' });
      return tell(await payments.waitForResult(id));
    },
  };
}
