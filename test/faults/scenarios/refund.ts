import type { RefundRequest } from '../../../workflows/refund/contract.ts';
import { type TriedProcess, usual } from '../scenario.ts';

export const refund: TriedProcess = {
  name: 'refund',
  subject: 'order',
  scenarios: [
    { ...usual, name: 'refund' },
    {
      ...usual,
      name: 'refund refused',
      request: { lines: [{ sku: 'product-1', quantity: 3 }] },
      refund: { lines: [{ sku: 'product-1', quantity: 2 }] },
      outcome: 'refused',
      prepare: (services) => services.payments.dispute(),
    },
    {
      ...usual,
      name: 'refund, completed by an earlier run',
      earlier: 'completed',
      rows: ['recallRefund'],
    },
    {
      ...usual,
      name: 'refund, swept',
      earlier: 'requestRefund',
      isSwept: true,
      rows: ['recallRefundRequest'],
    },
  ],
  isAboutOrder: true,
  cancellation: 'workflow',
  shielded: ['recallRefund'],
  givesBack: true,
  start({ environment, services, scenario, id }, options) {
    const request = { refundId: id, orderId: id, reason: 'too small', ...scenario.refund };
    return environment.startRefund(services, request as RefundRequest, options);
  },
};
