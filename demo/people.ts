import { RefundClient } from '../client/refund-client.ts';
import { completed, type Scenario } from './scenario.ts';
import { cart } from './shop.ts';

/** Checkouts in which the customer, a reviewer or the back office has something to do. */
export const peopleScenarios: readonly Scenario[] = [
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
  {
    title: 'one of two lines refunded',
    input: cart('demo-refunded', {
      lines: [
        { sku: 'product-1', quantity: 2 },
        { sku: 'product-2', quantity: 3 },
      ],
    }),
    place: async ({ checkouts, temporal }, input) => {
      const { orderId } = await checkouts.startCheckout(input);
      await checkouts.waitForResult(input.checkoutId);
      const refunds = new RefundClient(temporal);
      const refundId = `${input.checkoutId}-bulbs`;
      const lines = [{ sku: 'product-2', quantity: 3 }];
      await refunds.startRefund({ refundId, orderId, lines, reason: 'the bulbs do not fit' });
      const { outcome, reason } = await refunds.waitForResult(refundId);
      if (outcome !== 'completed') throw new Error(`the refund was ${outcome}: ${reason?.message}`);
    },
    expected: { ...completed, events: 4, journals: 2, mails: 2 },
  },
];

/** The customer presses the button on the bank's page. */
async function confirmToBank(url: string): Promise<void> {
  const body = new URLSearchParams({ outcome: 'complete' });
  const { status } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  if (status !== 303) throw new Error(`the bank's page answered ${status}`);
}
