import { sweptCheckout } from '../checkout/take-over.ts';
import { sweptInvoicePayment } from '../invoice-payment/take-over.ts';
import type { SweptProcess } from '../kit/swept-process.ts';
import { sweptRefund } from '../refund/take-over.ts';
import { taskQueues } from '../task-queues.ts';

/** What the sweep of each task queue takes over: one line a process. */
export const swept = {
  [taskQueues.checkout]: [sweptCheckout, sweptRefund],
  [taskQueues.backOffice]: [sweptInvoicePayment],
} as const satisfies Readonly<Record<string, readonly SweptProcess[]>>;
