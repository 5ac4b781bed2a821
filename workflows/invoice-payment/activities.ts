import type { BackOfficeActivities } from '../../activities/back-office.ts';
import { defineCalls } from '../kit/calls.ts';
import { cardPaymentCalls } from '../kit/card-payment/calls.ts';
import { beforePivot, untilDone } from '../kit/retry-policies.ts';

const minute = 60_000;
const lookUp = { startToCloseTimeout: '5s', total: minute, retry: beforePivot, locally: 'first' } as const;
const completion = { startToCloseTimeout: '5s', total: 10 * minute, retry: untilDone, locally: 'first' } as const;

/** Every call of a payment to the services. */
export const openCalls = defineCalls<BackOfficeActivities>()({
  recallPayment: { summary: 'recall what is known of the payment', ...lookUp },
  findInvoicePayment: { summary: 'recall the payment', ...lookUp },
  findInvoice: { summary: 'look up the invoice', ...lookUp },
  findCustomer: { summary: 'look up the customer', ...lookUp, total: 30_000 },
  claimPayment: { summary: 'claim what is to be paid', ...lookUp },

  // The capture is the pivot.
  ...cardPaymentCalls,
  applyPayment: { summary: 'apply the payment to the invoice', ...completion },

  // At most half a minute, the local attempts among it: its event tells the customers the same.
  changeBalance: {
    summary: "change the customer's balance",
    startToCloseTimeout: '5s',
    total: 25_000,
    retry: beforePivot,
    locally: 'first',
  },

  // The way back.
  releaseClaim: { summary: 'give the claim up', ...completion },
});

export type InvoicePaymentCalls = ReturnType<typeof openCalls>;
