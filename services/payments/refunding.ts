import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import type { Payment } from './contract.ts';
import { refundedAmount } from './intent.ts';
import { describePayment } from './look.ts';
import type { PaymentProvider } from './provider.ts';
import { withoutEffect } from './provider-failures.ts';
import { endRefund, findRefund, type RefundRow, reserveRefund } from './refund-store.ts';
import * as store from './store.ts';

/**
 * Gives captured money back, once for each refund id. A refund that the provider refused stays refused.
 *
 * @param amount minor units
 * @throws {ServiceFailure} `NotFound`, `InvalidState` when nothing was captured or the provider refused,
 * `RefundTooLarge`, `PaymentDisputed`, `IdempotencyConflict`, `InProgress`, `RateLimited`; the outcome is unknown after `DeadlineExceeded`,
 * `Unavailable` and `Internal`
 */
export async function refund(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
  refundId: string,
  amount: number,
): Promise<Payment> {
  const payment = await store.findPayment(database, paymentId);
  const { intentId } = payment;
  if (intentId === null) throw notCaptured(paymentId);
  const known = await findRefund(database, paymentId, refundId);
  const row = known ?? (await reserve(database, provider, paymentId, intentId, refundId, amount));
  if (row.amount !== amount) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `${refundId} was used before with the amount ${row.amount}; choose a new refundId`,
      { field: 'refundId' },
    );
  }
  if (row.state === 'failed') throw refusedBefore(refundId);
  if (row.state === 'pending') {
    const step = `refund/${refundId}`;
    const isDone = known !== undefined && (await provider.hasRefund(intentId, step));
    if (!isDone) await give(database, provider, payment, intentId, refundId, amount);
    await endRefund(database, paymentId, refundId, 'succeeded');
  }
  return describePayment(database, provider, payment);
}

async function reserve(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
  intentId: string,
  refundId: string,
  amount: number,
): Promise<RefundRow> {
  const intent = await provider.retrieveIntent(intentId);
  if (intent.status !== 'succeeded') throw notCaptured(paymentId);
  const captured = intent.amount_received;
  return reserveRefund(database, paymentId, refundId, { amount, captured, given: refundedAmount(intent) });
}

async function give(
  database: store.Database,
  provider: PaymentProvider,
  { paymentId }: store.PaymentRow,
  intentId: string,
  refundId: string,
  amount: number,
): Promise<void> {
  const step = `refund/${refundId}`;
  try {
    await provider.refundIntent(intentId, paymentId, step, amount);
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    if (error.type === 'Internal' && (await provider.hasRefund(intentId, step))) return;
    const failure = withoutEffect(error, 'nothing was given back. Choose a new refundId');
    if (!refused.has(failure.type)) throw failure;
    await endRefund(database, paymentId, refundId, 'failed');
    if (failure.type === 'PaymentDisputed') throw failure;
    throw new ServiceFailure('InvalidState', failure.message, {}, { cause: error });
  }
}

/** After these nothing was given back, and never will be under this id. */
const refused: ReadonlySet<string> = new Set(['Rejected', 'InvalidState', 'PaymentDisputed']);

const notCaptured = (paymentId: PaymentId) =>
  new ServiceFailure('InvalidState', `the payment ${paymentId} was not captured; void it instead`);

const refusedBefore = (refundId: string) =>
  new ServiceFailure('InvalidState', `the provider refused the refund ${refundId} before; choose a new refundId`);
