import type { WorkflowHandle } from '@temporalio/client';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRequestSchema } from '../../../workflows/invoice/contract.ts';
import { invoiceWorkflowId } from '../../../workflows/invoice/messages.ts';
import { invoicePaymentRequestSchema } from '../../../workflows/invoice-payment/contract.ts';
import { invoicePaymentWorkflowId } from '../../../workflows/invoice-payment/messages.ts';
import type { CheckoutEnvironment } from '../../workflows/environment.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import { invoiceContent } from '../scenarios/invoice.ts';
import { type End, endOf } from './run-end.ts';
import type { BillingAction, RunOf } from './sequence.ts';

export type InvoiceRun = Extract<RunOf, 'invoice' | 'payment' | 'another payment'>;

/** How a run is started: with other content than before, and under which workflow id. */
interface Start {
  readonly isOther?: boolean;
  readonly workflowId?: string;
}

export const isInvoiceRun = (run: string): run is InvoiceRun =>
  run === 'invoice' || run === 'payment' || run === 'another payment';

export const isBillingAction = (action: string): action is BillingAction => /^(transfers|credits) /.test(action);

/** What is done with the invoice of a sequence, and with its payments. */
export class InvoiceOfSequence {
  readonly #environment: CheckoutEnvironment;
  readonly #services: FakeServices;
  readonly #id: string;
  readonly #paymentMethod: string;
  #count = 0;

  constructor(environment: CheckoutEnvironment, services: FakeServices, id: string, paymentMethod: string) {
    this.#environment = environment;
    this.#services = services;
    this.#id = id;
    this.#paymentMethod = paymentMethod;
  }

  workflowIdOf(run: InvoiceRun): string {
    return run === 'invoice' ? invoiceWorkflowId(this.#invoiceId) : invoicePaymentWorkflowId(this.#paymentId(run));
  }

  start(run: InvoiceRun, { isOther = false, ...options }: Start = {}): Promise<WorkflowHandle> {
    const invoiceId = this.#invoiceId;
    const whole = { ...options, workflowRunTimeout: '30 days' } as const;
    if (run === 'invoice') {
      const request = { invoiceId, ...invoiceContent, ...(isOther && { paymentDays: 7 }) };
      return this.#environment.startInvoice(this.#services, invoiceRequestSchema.parse(request), whole);
    }
    const payment = { paymentId: this.#paymentId(run), invoiceId, paymentMethod: this.#paymentMethod };
    const request = { ...payment, amount: isOther ? 1 : run === 'payment' ? undefined : 4_000 };
    return this.#environment.startInvoicePayment(this.#services, invoicePaymentRequestSchema.parse(request), whole);
  }

  /** What billing knows before a run. */
  known(run: InvoiceRun): {
    readonly state: string;
    readonly hash?: string | undefined;
    readonly reason?: string | undefined;
  } {
    const { invoices, payments } = this.#services.billing;
    if (run === 'invoice') {
      const row = invoices.get(this.#invoiceId);
      return { state: row ? 'completed' : 'unknown', hash: row?.hash };
    }
    const known = payments.get(this.#paymentId(run));
    const state = known?.payment.state;
    const told = state === 'applied' ? 'completed' : state === 'failed' ? 'cancelled' : 'unknown';
    return { state: told, hash: known?.hash, reason: known?.payment.reason?.type };
  }

  /** Both payments begin at the same time. */
  async payTwice(): Promise<void> {
    const runs = ['payment', 'another payment'] as const;
    const handles = await Promise.all(runs.map((run) => this.start(run)));
    await Promise.all(handles.map(endOf));
  }

  /** Does it, where there is an invoice that allows it. */
  inBilling(billingAction: BillingAction): void {
    const { billing } = this.#services;
    if (!billing.invoices.has(this.#invoiceId)) return;
    this.#count += 1;
    const id = `${this.#id}-${this.#count}`;
    const acts: Readonly<Record<BillingAction, () => void>> = {
      'transfers a part': () => billing.receiveTransfer(id, this.#invoiceId, 3_000),
      'transfers too much': () => billing.receiveTransfer(id, this.#invoiceId, 15_000),
      'credits a part': () => billing.issueCreditNote(id, this.#invoiceId, 2_501),
      'credits all': () => billing.issueCreditNote(id, this.#invoiceId, 10_800),
    };
    try {
      acts[billingAction]();
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
    }
  }

  /** A payment that was ended from outside goes on, or gives back what it holds, when it is started again. */
  async finish(): Promise<string[]> {
    const problems: string[] = [];
    for (const run of ['payment', 'another payment'] as const) {
      if (this.#services.billing.payments.get(this.#paymentId(run))?.payment.state !== 'claimed') continue;
      const end: End = await endOf(await this.start(run));
      if ('threw' in end && end.threw !== 'InvalidState') problems.push(`${run}, started again: ${end.threw}`);
    }
    return problems;
  }

  get #invoiceId(): string {
    return `i-${this.#id}`;
  }

  #paymentId(run: InvoiceRun): string {
    return `${run === 'payment' ? 'p' : 'q'}-${this.#id}`;
  }
}
