import { RefundClient } from '../../client/refund-client.ts';
import { completed, type ProcessScenarios } from '../scenario.ts';
import { cart } from '../shop.ts';

export const refundScenarios: ProcessScenarios = {
  sideBySide: [
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
  ],
  outages: [],
};
