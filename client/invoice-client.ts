import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { InvoiceId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type InvoiceInput,
  type InvoiceRequest,
  type InvoiceResult,
  type InvoiceStatus,
  invoiceRequestSchema,
} from '../workflows/invoice/contract.ts';
import { invoiceProcess } from '../workflows/invoice/definition.ts';
import { invoiceWorkflow, invoiceWorkflowId } from '../workflows/invoice/messages.ts';
import { type InvoiceMemory, issuedResult } from '../workflows/invoice/recall.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { contentConflict } from './content-conflict.ts';
import { ProcessClient } from './process-client.ts';
import { recallIfPossible, type SingleStart, startOnce } from './workflow-start.ts';

/** Has invoices issued, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class InvoiceClient extends ProcessClient<
  InvoiceId,
  InvoiceStatus,
  InvoiceResult,
  { readonly billing: InvoiceMemory }
> {
  readonly #billing: InvoiceMemory;

  /** @param billing knows the invoices that Temporal has forgotten */
  constructor(temporal: Client, billing: InvoiceMemory) {
    super(temporal, invoiceProcess, { billing });
    this.#billing = billing;
  }

  /**
   * Has an invoice issued, and waits for the answer: a moment, unless a service is away. The same request again is the same
   * invoice, also when Temporal has forgotten it.
   *
   * @throws {ServiceFailure} `InvalidRequest` naming the field; `IdempotencyConflict` when the id was used for another one
   */
  async issue(input: InvoiceInput): Promise<InvoiceResult> {
    const request = parse(invoiceRequestSchema, input);
    const { invoiceId, customerId } = request;
    const known = await recallIfPossible(() => this.#billing.recallInvoice(request));
    if (known?.invoice) return issuedResult(known.invoice);
    const start: SingleStart<[InvoiceRequest]> = {
      workflowId: invoiceWorkflowId(invoiceId),
      taskQueue: taskQueues.backOffice,
      args: [request],
      staticSummary: `invoice to the customer ${customerId}`,
      memo: { contentHash: contentHash(request) },
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.customerId, value: customerId }]),
    };
    await startOnce(this.temporal, invoiceWorkflow, start, () => conflict(invoiceId));
    return this.waitForResult(invoiceId);
  }
}

const conflict = (invoiceId: string) => contentConflict(`the invoice ${invoiceId} was issued`, 'invoiceId');
