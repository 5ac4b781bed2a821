import { CancellationScope, CancelledFailure, patched } from '@temporalio/workflow';
import type { CustomerId, PaymentId } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import type { Money } from '../../contracts/money.ts';
import type { InvoicePayment } from '../../services/billing/contract.ts';
import { authorizeCard, voidThePayment } from '../kit/card-payment/authorize.ts';
import { captureCard } from '../kit/card-payment/capture.ts';
import { failure, failureAsItWas } from '../kit/failure.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { runProcess } from '../kit/run-process.ts';
import { apply, changeBalance } from './carry-through.ts';
import { cardPaymentIdOf, giveTheClaimUp, showClaimed } from './claimed.ts';
import type { InvoicePaymentRequest, InvoicePaymentResult } from './contract.ts';
import { invoicePaymentWorkflowId } from './messages.ts';
import { type OpenPayment, openPayment } from './open-payment.ts';

/**
 * Pays an invoice, or a part of it, by card. What is to be paid is claimed first, so that no other payment takes it; capturing
 * the money is the pivot. Before it, everything is undone when a step fails or somebody cancels; after it, the payment is
 * applied to the invoice, and billing tells the books. Billing is its memory: a run that follows another one under the same id
 * goes on where that one has ended.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} after everything was undone, when it failed for a reason that a person has to fix; its
 * details hold the `InvoicePaymentResult`
 * @throws {CancelledFailure} after everything was undone, when the workflow itself was cancelled
 */
export async function invoicePayment(request: InvoicePaymentRequest): Promise<InvoicePaymentResult> {
  return underItsOwnId(invoicePaymentWorkflowId, 'paymentId', request, run);
}

async function run(given: InvoicePaymentRequest): Promise<InvoicePaymentResult> {
  const open = openPayment(Object(given) as InvoicePaymentRequest);
  const { cancellation } = open;
  return runProcess({
    ending: open.ending,
    async prepare() {
      const authorized = await cancellation.run(() => prepare(open));
      if (cancellation.isWanted && !authorized.isPaid) throw new CancelledFailure('the payment was cancelled');
      cancellation.close();
      return authorized;
    },
    pivot: (authorized) => capture(open, authorized),
    async carryThrough() {
      const applied = await apply(open);
      // Those that were begun before leave it to the event.
      if (patched('change-balance')) await changeBalance(open, applied);
    },
  });
}

/** A payment whose money is held, or was taken by an earlier run. */
interface Authorized {
  /** As the payments service and the provider call it. */
  readonly cardPaymentId: PaymentId;
  readonly isPaid: boolean;
}

async function prepare(open: OpenPayment): Promise<Authorized> {
  const cardPaymentId = cardPaymentIdOf(open.request.paymentId);
  const claimed = await claim(open);
  const { customerId, currency, amount, state } = claimed;
  if (state === 'applied') return { cardPaymentId, isPaid: true };
  if (!customerId || !currency || !amount) throw failure('InvalidState', 'the claim says of no amount');
  await authorize(open, cardPaymentId, customerId, { amount, currency });
  return { cardPaymentId, isPaid: false };
}

/** Undo: give the claim up, with the reason. */
function claim(open: OpenPayment): Promise<InvoicePayment> {
  const { request, calls, progress, saga } = open;
  const { invoiceId } = request;
  return progress.step('claim what is to be paid', async () => {
    // Who cancels meanwhile must not hear that a payment is cancelled when it is taken.
    const { payment: known } = await CancellationScope.nonCancellable(() => calls.recallPayment(request));
    if (known?.state === 'failed') throw failureAsItWas(known.reason);
    const undo = giveTheClaimUp(open);
    if (known?.state === 'claimed') saga.register(undo);
    if (!known) await requirePayer(calls, invoiceId);
    const { paymentMethod: _, ...asked } = request;
    const claimed = known ?? (await saga.attempt(undo, () => calls.claimPayment(asked)));
    showClaimed(open, claimed);
    return claimed;
  });
}

/** @throws {ApplicationFailure} `InvoiceNotFound`; `InvoiceHeld` while its customer is banned */
async function requirePayer(calls: OpenPayment['calls'], invoiceId: InvoicePaymentRequest['invoiceId']): Promise<void> {
  const { customerId } = await calls.findInvoice(invoiceId);
  const { status } = await calls.findCustomer(customerId);
  if (status === 'banned') {
    throw failure(invoiceRefusals.InvoiceHeld, `the invoice ${invoiceId} is on hold: its customer is banned`);
  }
}

/** Undo: leave no money behind, whatever the provider did. */
function authorize(
  { request, progress, saga, host }: OpenPayment,
  paymentId: PaymentId,
  customerId: CustomerId,
  amount: Money,
): Promise<void> {
  const { paymentMethod } = request;
  const workflowId = invoicePaymentWorkflowId(request.paymentId);
  return progress.step('authorize the payment', async () => {
    saga.register(voidThePayment(host, paymentId));
    await authorizeCard(host, { paymentId, workflowId, customerId, amount, paymentMethod });
  });
}

/** The pivot. */
async function capture({ progress, host }: OpenPayment, { cardPaymentId, isPaid }: Authorized): Promise<void> {
  if (isPaid) return;
  await progress.step('capture the payment', async () => {
    const refusal = await captureCard(host, cardPaymentId);
    if (refusal) throw refusal.error;
  });
}
