import { shorten } from '../contracts/foreign-text.ts';
import type { InvoiceId, PaymentId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { InputOf, OutputOf } from '../platform/http/contract.ts';
import type {
  BillingClient,
  billingContract,
  Invoice,
  InvoicePayment,
  RecordedReversal,
} from '../services/billing/contract.ts';
import { invoiceRequestSchema } from '../workflows/invoice/contract.ts';
import { invoicePaymentRequestSchema } from '../workflows/invoice-payment/contract.ts';
import { invoicePaymentWorkflowId } from '../workflows/invoice-payment/messages.ts';
import { callService } from './service-call.ts';
import type { Held } from './sweep.ts';

type Operations = typeof billingContract.operations;

/** As long as billing takes the text of a reason. */
const longestMessage = 2_000;

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
    /** @param limit how many invoices at most in one transaction */
    async remindDue(limit: number): Promise<OutputOf<Operations['remindDue']>> {
      return callService((options) => billing.remindDue({ limit }, options));
    },
    async findInvoice(invoiceId: InvoiceId): Promise<Invoice> {
      return callService((options) => billing.findInvoice({ invoiceId }, options));
    },
    /** What earlier runs have made of a payment's id. It reads the whole request by its schema first, as above. */
    async recallPayment(request: unknown): Promise<OutputOf<Operations['recallPayment']>> {
      return callService(async (options) => {
        const { paymentMethod: _, ...claim } = parse(invoicePaymentRequestSchema, request);
        return billing.recallPayment(claim, options);
      });
    },
    async findInvoicePayment(paymentId: PaymentId): Promise<InvoicePayment> {
      return callService((options) => billing.findInvoicePayment({ paymentId }, options));
    },
    async claimPayment(claim: InputOf<Operations['claimPayment']>): Promise<InvoicePayment> {
      return callService((options) => billing.claimPayment(claim, options));
    },
    async applyPayment(paymentId: PaymentId): Promise<InvoicePayment> {
      return callService((options) => billing.applyPayment({ paymentId }, options));
    },
    async reversePayment(reversal: InputOf<Operations['reversePayment']>): Promise<RecordedReversal> {
      return callService((options) => billing.reversePayment(reversal, options));
    },
    async reinstatePayment(reinstatement: InputOf<Operations['reinstatePayment']>): Promise<RecordedReversal> {
      return callService((options) => billing.reinstatePayment(reinstatement, options));
    },
    async releaseClaim(
      paymentId: PaymentId,
      { type, message }: InputOf<Operations['releaseClaim']>['reason'],
    ): Promise<OutputOf<Operations['releaseClaim']>> {
      const reason = { type, message: shorten(message, longestMessage) };
      return callService((options) => billing.releaseClaim({ paymentId, reason }, options));
    },
  };
}

/** Payments that have claimed what they are to pay. */
export const claimedPayments = ({ billing }: { readonly billing: BillingClient }): Held => ({
  workflowIdOf: invoicePaymentWorkflowId,
  async list({ after, ...page }, options) {
    const asked = { ...page, ...(after && { after: after as PaymentId }) };
    return (await billing.listClaimedPayments(asked, options)).paymentIds;
  },
});
