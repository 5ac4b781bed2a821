import type { Client } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { StepName } from '../../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { completed, declined, type ProcessScenarios, refused, type Scenario } from '../scenario.ts';
import { cart } from '../shop.ts';

const sideBySide: readonly Scenario[] = [
  { title: 'completed', input: cart('demo-completed'), expected: completed },
  {
    title: 'completed, with tax and shipping',
    input: cart('demo-tax', { customerId: 'customer-456', currency: 'GBP', country: 'GB' }),
    expected: completed,
  },
  {
    title: 'completed, with a discount',
    input: cart('demo-discount', { lines: [{ sku: 'product-2', quantity: 20 }] }),
    expected: completed,
  },
  {
    title: 'declined: 999,999.99',
    input: cart('demo-declined', {
      lines: [
        { sku: 'product-1', quantity: 1 },
        { sku: 'product-yacht', quantity: 1 },
      ],
      acceptedTotal: 99_999_999,
    }),
    expected: declined('CardDeclined'),
  },
  {
    title: 'insufficient funds',
    input: cart('demo-insufficient', { paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' }),
    expected: declined('InsufficientFunds'),
  },
  {
    title: 'out of stock',
    input: cart('demo-out-of-stock', { lines: [{ sku: 'product-rare', quantity: 5 }] }),
    expected: { ...declined('OutOfStock'), undone: ['cancel the order'], events: 1 },
  },
  {
    title: 'unknown customer',
    input: cart('demo-unknown', { customerId: 'customer-999' }),
    expected: refused('CustomerNotFound'),
  },
  {
    title: 'banned customer',
    input: cart('demo-banned', { customerId: 'customer-banned' }),
    expected: refused('CustomerBanned'),
  },
  { title: 'price changed', input: cart('demo-price', { acceptedTotal: 4999 }), expected: refused('PriceChanged') },
  {
    title: 'cancelled while the bank is silent',
    input: cart('demo-cancelled', { paymentMethod: 'pm_fault_hang_always' }),
    place: async ({ checkouts, temporal }, input) => {
      const placed = checkouts.startCheckout(input);
      await triesAgain(temporal, input.checkoutId);
      await checkouts.cancel(input.checkoutId);
      await placed;
    },
    expected: {
      outcome: 'cancelled',
      reason: 'CancelledByCustomer',
      undone: ['cancel the order', 'void the payment', 'release the stock'],
      events: 1,
      journals: 0,
      mails: 1,
    },
  },
  {
    title: "payment's answer lost",
    input: cart('demo-answer-lost', { paymentMethod: 'pm_fault_apply_then_hang' }),
    expected: completed,
  },
  {
    title: 'placed twice',
    input: cart('demo-twice'),
    place: async ({ checkouts }, input) => {
      const [first, second] = await Promise.all([checkouts.startCheckout(input), checkouts.startCheckout(input)]);
      await checkouts.waitForResult(input.checkoutId);
      const third = await checkouts.startCheckout(input);
      if (new Set([first, second, third].map((answer) => JSON.stringify(answer))).size !== 1) {
        throw new Error('the same checkout placed three times got different answers');
      }
    },
    expected: completed,
  },
  {
    title: 'confirmed to the bank (3-D Secure)',
    input: cart('demo-challenge', { paymentMethod: 'pm_card_authenticationRequired' }),
    place: async ({ checkouts }, input) => {
      const { answer, waitingFor } = await checkouts.startCheckout(input);
      if (!waitingFor?.url) throw new Error(`the bank's page was expected, the checkout was ${answer}`);
      await confirmToBank(waitingFor.url);
    },
    expected: completed,
  },
  {
    title: 'another card after a decline',
    input: cart('demo-another-card', { paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' }),
    place: async ({ checkouts }, input) => {
      await checkouts.startCheckout(input);
      await checkouts.changePaymentMethod(input.checkoutId, { paymentMethod: 'pm_card_visa' });
    },
    expected: completed,
  },
  {
    title: 'held for review, approved by a person',
    input: cart('demo-review', { paymentMethod: 'pm_card_riskLevelElevated' }),
    place: async ({ checkouts }, input) => {
      await checkouts.startCheckout(input);
      const note = 'the customer answered the telephone';
      await checkouts.decideReview(input.checkoutId, { decision: 'approve', by: 'Joan Clarke', note });
    },
    expected: completed,
  },
];

const outages: readonly Scenario[] = [
  {
    title: 'a service is down for a while',
    input: cart('demo-service-down'),
    place: async ({ checkouts, temporal, system }, input) => {
      await system.stopRole('orders');
      const placed = checkouts.startCheckout(input);
      // The orders are asked first whether they know it.
      await triesAgain(temporal, input.checkoutId);
      await system.start('orders');
      await placed;
    },
    expected: completed,
  },
  {
    title: 'the broker is down for a while',
    input: cart('demo-broker-down'),
    place: async ({ checkouts, system }, input) => {
      await system.parts.kill('rabbitmq');
      await checkouts.startCheckout(input);
      await hasDone(checkouts, input.checkoutId, 'fulfil the order');
      await system.parts.start('rabbitmq');
    },
    expected: completed,
  },
];

export const checkoutScenarios: ProcessScenarios = { sideBySide, outages };

/** The customer presses the button on the bank's page. */
async function confirmToBank(url: string): Promise<void> {
  const body = new URLSearchParams({ outcome: 'complete' });
  const { status } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  if (status !== 303) throw new Error(`the bank's page answered ${status}`);
}

/** Waits until a checkout is past a step. */
function hasDone(checkouts: CheckoutClient, checkoutId: string, step: StepName): Promise<void> {
  return until(`${checkoutId} is past «${step}»`, async () => {
    const status = await checkouts.status(checkoutId).catch(() => undefined);
    return status?.steps.some(({ name, state }) => name === step && state === 'done') ?? false;
  });
}

/** Waits until an activity of a checkout has failed once. */
function triesAgain(temporal: Client, checkoutId: string): Promise<void> {
  return until(`${checkoutId} tries a call again`, async () => {
    const description = await temporal.workflow
      .getHandle(checkoutWorkflowId(checkoutId))
      .describe()
      .catch(() => undefined);
    return description?.raw.pendingActivities?.some(({ attempt }) => (attempt ?? 1) > 1) ?? false;
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  if (!(await waitUntil(holds, { within: 20_000 }))) throw new Error(`waited for 20 s in vain: ${what}`);
}
