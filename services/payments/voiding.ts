import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { isUnsure } from './authorization.ts';
import type { Payment } from './contract.ts';
import { planVoid } from './intent.ts';
import { describePayment } from './look.ts';
import type { PaymentProvider } from './provider.ts';
import { withoutEffect } from './provider-failures.ts';
import * as store from './store.ts';

/** What a void did, also when it is asked again; without a payment when there was none. */
interface Voided {
  readonly outcome: store.VoidOutcome | 'captured';
  readonly payment?: Payment;
}

const looks = 3;

/** After these a payment has no intent, and never will have one. */
const neverMade: ReadonlySet<string> = new Set(['Rejected', 'Internal', 'PaymentMethodUnknown']);

/** What becomes of a payment that is captured: `keep` leaves it alone. */
export type CapturedPayments = 'refund' | 'keep';

/**
 * Leaves no money behind: cancels what is open, gives back what was captured unless it is to be kept. The payment is
 * marked first, so that no authorization and no capture begins any more; one that is in progress meets a cancelled intent.
 *
 * @throws {ServiceFailure} `InProgress` while the provider is still processing the payment, `RateLimited`,
 * `DeadlineExceeded`, `Unavailable`, `Internal`: the same call again goes on where this one ended; `Rejected` when the
 * provider will never do it
 */
export async function voidPayment(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
  captured: CapturedPayments,
): Promise<Voided> {
  if (captured === 'keep') {
    const kept = await findCaptured(database, provider, paymentId);
    if (kept) return { outcome: 'captured', payment: kept };
  }
  const row = await store.beginVoid(database, paymentId);
  if (!row) return { outcome: 'nothing' };
  const payment = row.intentId === null && row.voidOutcome === null ? await learnIntent(database, provider, row) : row;
  if (payment.voidOutcome === null && payment.intentId !== null) {
    const isKept = await undo(database, provider, paymentId, payment.intentId, captured);
    if (isKept) {
      await store.abandonVoid(database, paymentId);
      return { outcome: 'captured', payment: await describePayment(database, provider, payment) };
    }
  }
  const outcome = await store.completeVoid(database, paymentId);
  return { outcome, payment: await describePayment(database, provider, payment) };
}

/** The payment, if it is captured and no void of it has ended; the mark of a void that ends nothing is not set. */
async function findCaptured(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
): Promise<Payment | undefined> {
  const row = await store.findKnownPayment(database, paymentId);
  if (!row || row.voidOutcome !== null) return undefined;
  const payment = await describePayment(database, provider, row);
  return payment.state === 'captured' || payment.state === 'captured_in_part' ? payment : undefined;
}

/** The answer to the creation was lost, or it never got there: the same key tells the intent's id or makes it. */
async function learnIntent(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
): Promise<store.PaymentRow> {
  try {
    const intent = await provider.createIntent(payment);
    return await store.rememberIntent(database, payment.paymentId, intent.id);
  } catch (error) {
    // An intent whose id was never known was never confirmed and, after the mark of the void, never will be. So where
    // the provider refuses the payment, or stored an error 500 for it, there is no money to look for.
    if (error instanceof ServiceFailure && neverMade.has(error.type)) return payment;
    throw error;
  }
}

/**
 * Acts on what the intent is now, and looks again where it turned out to have changed meanwhile.
 *
 * @returns whether it was found captured and is kept
 */
async function undo(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
  intentId: string,
  captured: CapturedPayments,
): Promise<boolean> {
  let failure: ServiceFailure | undefined;
  for (let look = 1; look <= looks; look++) {
    const plan = planVoid(await provider.retrieveIntent(intentId));
    if (plan.act === 'none') return false;
    if (plan.act === 'refund' && captured === 'keep') return true;
    if (plan.act === 'wait') {
      throw new ServiceFailure('InProgress', `the provider is still processing ${paymentId}; try again later`);
    }
    await store.planVoidOutcome(database, paymentId, plan.outcome);
    try {
      if (plan.act === 'cancel') await provider.cancelIntent(intentId, paymentId);
      else await provider.refundIntent(intentId, paymentId, 'void');
      return false;
    } catch (error) {
      if (!isUnsure(error)) throw error;
      failure = error;
    }
  }
  throw failure && withoutEffect(failure, `cancel or refund ${intentId} at the provider by hand, then void it again`);
}
