import { CancellationScope, setHandler } from '@temporalio/workflow';
import { refusals } from '../../contracts/refusals.ts';
import type { Invoice } from '../../services/billing/contract.ts';
import { completeSearchAttributes } from '../kit/complete-start.ts';
import { failure } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { type ProcessEnding, runProcess } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { searchAttributes } from '../search-attributes.ts';
import { openCalls } from './activities.ts';
import type { InvoiceFacts, InvoiceRequest, InvoiceResult, InvoiceState } from './contract.ts';
import { invoiceHeadline } from './headline.ts';
import { invoiceStatusQuery, invoiceWorkflowId } from './messages.ts';
import { invoiceCancelled } from './reasons.ts';

/**
 * Issues an invoice to a customer who is known and not banned. Issuing is the pivot: billing gives it its number, tells the
 * books and has it mailed in one transaction; after it only a credit note takes something back. Billing is its memory: a run
 * that follows another one under the same id tells the invoice as it was issued.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when it failed for a reason that a person has to fix; its details hold the `InvoiceResult`
 * @throws {CancelledFailure} when the workflow was cancelled before the invoice was issued
 */
export async function invoice(request: InvoiceRequest): Promise<InvoiceResult> {
  return underItsOwnId(invoiceWorkflowId, 'invoiceId', request, run);
}

async function run(given: InvoiceRequest): Promise<InvoiceResult> {
  const open = openInvoice(Object(given) as InvoiceRequest);
  const { customerId } = open.request;
  const names = typeof customerId === 'string' && customerId.length <= 64;
  completeSearchAttributes(names ? [{ key: searchAttributes.customerId, value: customerId }] : []);
  return runProcess({
    ending: open.ending,
    prepare: () => validate(open),
    pivot: (validated) => issue(open, validated),
    // Everything that follows is in the transaction of the pivot.
    carryThrough: async () => undefined,
  });
}

type OpenInvoice = ReturnType<typeof openInvoice>;

/** What is known before the invoice is issued: that an earlier run has issued it, or whom it is written to. */
type Validated = { readonly issued: Invoice } | { readonly contact: { readonly name: string; readonly email: string } };

function openInvoice(request: InvoiceRequest) {
  const { invoiceId, customerId } = request;
  const progress = new Progress<InvoiceState, InvoiceFacts>({ state: 'running', headline: invoiceHeadline });
  const operator = new Operator(progress);
  setHandler(invoiceStatusQuery, () => ({ invoiceId, customerId, ...progress.status() }), {
    description: 'Where the issue of the invoice stands',
  });
  return {
    request,
    calls: openCalls(),
    progress,
    operator,
    ending: {
      progress,
      saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
      milestones: new Milestones(invoiceId, operator),
      ids: { invoiceId, customerId },
      cancelledAs: invoiceCancelled,
      // Its facts are in billing's outbox.
      recordPublication: async () => undefined,
    } satisfies ProcessEnding<InvoiceResult>,
  };
}

/** @throws {ApplicationFailure} `CustomerNotFound`; `CustomerBanned`; `InvalidRequest`; `IdempotencyConflict` */
function validate({ request, calls, progress }: OpenInvoice): Promise<Validated> {
  return progress.step('validate the customer', async () => {
    // Who cancels meanwhile must not hear that an invoice is not issued which is.
    const { invoice: issued } = await CancellationScope.nonCancellable(() => calls.recallInvoice(request));
    if (issued) return { issued };
    const { customerId, name, email, status } = await calls.validateCustomer(request.customerId);
    if (status === 'banned') {
      throw failure(refusals.CustomerBanned, `the customer ${customerId} is banned`, { facts: { customerId } });
    }
    return { contact: { name, email } };
  });
}

/** The pivot: the id is the invoice's for ever, so it is issued once, however often it is tried. */
async function issue({ request, calls, progress, operator }: OpenInvoice, validated: Validated): Promise<void> {
  const issued =
    'issued' in validated
      ? validated.issued
      : await progress.step('issue the invoice', () =>
          untilAnswered(operator, 'issue the invoice', () =>
            calls.issueInvoice({ ...request, contact: validated.contact }),
          ),
        );
  progress.facts.number = issued.number;
  progress.facts.invoiceAmounts = issued.amounts;
  progress.facts.dueDate = issued.dueDate;
}
