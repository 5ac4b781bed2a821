import { parse } from '../contracts/validation.ts';
import type { InputOf, OutputOf } from '../platform/http/contract.ts';
import type { BillingClient, billingContract, Invoice } from '../services/billing/contract.ts';
import { invoiceRequestSchema } from '../workflows/invoice/contract.ts';
import { callService } from './service-call.ts';

type Operations = typeof billingContract.operations;

export function createBillingActivities({ billing }: { readonly billing: BillingClient }) {
  return {
    /**
     * The invoice of an id, if an earlier run has issued it. It reads the whole request by its schema first, since any Temporal
     * client can start the workflow.
     */
    async recallInvoice(request: unknown): Promise<OutputOf<Operations['recallInvoice']>> {
      return callService(async (options) => billing.recallInvoice(parse(invoiceRequestSchema, request), options));
    },
    async issueInvoice(draft: InputOf<Operations['issueInvoice']>): Promise<Invoice> {
      return callService((options) => billing.issueInvoice(draft, options));
    },
  };
}
