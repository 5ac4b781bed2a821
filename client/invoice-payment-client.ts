import type { Client } from '@temporalio/client';
import type { PaymentId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type InvoicePaymentInput,
  type InvoicePaymentRequest,
  type InvoicePaymentResult,
  type InvoicePaymentStatus,
  invoicePaymentRequestSchema,
} from '../workflows/invoice-payment/contract.ts';
import { invoicePaymentProcess } from '../workflows/invoice-payment/definition.ts';
import { invoicePaymentWorkflow, invoicePaymentWorkflowId } from '../workflows/invoice-payment/messages.ts';
import { type PaymentMemory, resultOfPayment } from '../workflows/invoice-payment/recall.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { contentConflict } from './content-conflict.ts';
import { ProcessClient } from './process-client.ts';
import { recallIfPossible, type SingleStart, startOnce } from './workflow-start.ts';

/** Has invoices paid by card, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class InvoicePaymentClient extends ProcessClient<
  PaymentId,
  InvoicePaymentStatus,
  InvoicePaymentResult,
  { readonly billing: PaymentMemory }
> {
  readonly #billing: PaymentMemory;

  /** @param billing knows the payments that Temporal has forgotten */
  constructor(temporal: Client, billing: PaymentMemory) {
    super(temporal, invoicePaymentProcess, { billing });
    this.#billing = billing;
  }

  /**
   * Starts a payment. The same request again is the same payment, also after its end.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async startPayment(input: InvoicePaymentInput): Promise<void> {
    const request = parse(invoicePaymentRequestSchema, input);
    const { paymentId, invoiceId } = request;
    const { paymentMethod: _, ...claim } = request;
    const known = await recallIfPossible(() => this.#billing.recallPayment(claim));
    if (known?.payment && resultOfPayment(known.payment)) return;
    const start: SingleStart<[InvoicePaymentRequest]> = {
      workflowId: invoicePaymentWorkflowId(paymentId),
      taskQueue: taskQueues.backOffice,
      args: [request],
      staticSummary: `payment of the invoice ${invoiceId}`,
      memo: { contentHash: contentHash(request) },
    };
    await startOnce(this.temporal, invoicePaymentWorkflow, start, () => conflict(paymentId));
  }
}

const conflict = (paymentId: string) => contentConflict(`the payment ${paymentId} was asked for`, 'paymentId');
