import { type Kysely, sql } from 'kysely';
import { failureNamed } from '../../contracts/catalogue.ts';
import type { Currency } from '../../contracts/currency.ts';
import { type FailureDetail, ServiceFailure } from '../../contracts/failures.ts';
import type { CheckoutId, CustomerId, PaymentId } from '../../contracts/identifiers.ts';
import type { Money } from '../../contracts/money.ts';
import { contentHash } from '../../platform/content-hash.ts';

/** A handle on the schema of the payments service. */
export type Database = Kysely<unknown>;

export type VoidOutcome = 'nothing' | 'voided' | 'refunded';

/** Why a payment was refused, as it was told. */
export interface Refusal {
  readonly type: string;
  readonly message: string;
  readonly detail: FailureDetail;
}

/** A payment that was asked for. */
export interface PaymentRow {
  readonly paymentId: PaymentId;
  /** Null for a payment that is of no checkout. */
  readonly checkoutId: CheckoutId | null;
  /** The workflow that webhooks of the payment signal. */
  readonly workflowId: string;
  readonly customerId: CustomerId;
  /** Minor units. */
  readonly amount: number;
  readonly currency: Currency;
  readonly paymentMethod: string;
  readonly intentId: string | null;
  /** Where the provider sends the customer after a challenge; null for a payment of before there were any. */
  readonly returnUrl: string | null;
  /** Whether the last look left something open that a webhook will tell of, or an outcome is unknown. */
  readonly isAwaited: boolean;
  readonly isVoided: boolean;
  /** Why it was refused; null while it was not. */
  readonly refusal: Refusal | null;
  /** What the void did; null while it is not complete. */
  readonly voidOutcome: VoidOutcome | null;
}

interface StoredRow extends PaymentRow {
  /** Null for a tombstone. */
  readonly contentHash: string | null;
}

const columns = sql.raw(`
  payment_id as "paymentId", checkout_id as "checkoutId",
  coalesce(workflow_id, 'checkout/' || checkout_id) as "workflowId", customer_id as "customerId", amount, currency,
  payment_method as "paymentMethod", intent_id as "intentId", return_url as "returnUrl", is_awaited as "isAwaited",
  void_started_at is not null as "isVoided", refusal,
  case when void_completed_at is not null then void_outcome end as "voidOutcome", content_hash as "contentHash"`);

export interface AuthorizationRequest {
  readonly paymentId: PaymentId;
  /** Absent only where a workflow is named. */
  readonly checkoutId?: CheckoutId | undefined;
  /** @default that of the checkout */
  readonly workflowId?: string | undefined;
  readonly customerId: CustomerId;
  readonly amount: Money;
  readonly paymentMethod: string;
}

/**
 * Writes the payment down before the provider hears of it; a known one is returned as it is.
 *
 * @param returnUrl kept with a new payment, so that a repeated confirmation is the same call whatever is set by then
 * @throws {ServiceFailure} `IdempotencyConflict` when its id has other content; when it was voided, why it was refused
 * before that, else `InvalidState`
 */
export async function registerPayment(
  database: Database,
  request: AuthorizationRequest,
  returnUrl: string,
): Promise<PaymentRow> {
  const { paymentId, checkoutId = null, workflowId = null, customerId, amount, paymentMethod } = request;
  const hash = contentHash(request);
  const inserted = await sql<StoredRow>`
    insert into payments (payment_id, content_hash, checkout_id, workflow_id, customer_id, amount, currency,
      payment_method, return_url)
    values (${paymentId}, ${hash}, ${checkoutId}, ${workflowId}, ${customerId}, ${amount.amount}, ${amount.currency},
      ${paymentMethod}, ${returnUrl})
    on conflict do nothing
    returning ${columns}
  `.execute(database);
  const row = inserted.rows[0] ?? (await readRow(database, paymentId));
  if (row.contentHash !== null && row.contentHash !== hash) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `${paymentId} was used before with another amount, card or customer; choose a new paymentId`,
      { field: 'paymentId' },
    );
  }
  if (row.isVoided) throw row.refusal ? refusedBefore(row.refusal) : wasVoided(paymentId);
  return row;
}

/** @throws {ServiceFailure} `NotFound` when there is none, or only a void that came before it */
export async function findPayment(database: Database, paymentId: PaymentId): Promise<PaymentRow> {
  const row = await readRow(database, paymentId);
  if (row.contentHash === null) throw notFound(paymentId);
  return row;
}

/** The payment, unless there is none, or only a void that came before it. */
export async function findKnownPayment(database: Database, paymentId: PaymentId): Promise<PaymentRow | undefined> {
  const { rows } = await sql<PaymentRow>`
    select ${columns} from payments where payment_id = ${paymentId} and content_hash is not null
  `.execute(database);
  return rows[0];
}

/** @throws {ServiceFailure} `NotFound` when no payment has this intent */
export async function findPaymentOfIntent(database: Database, intentId: string): Promise<PaymentRow> {
  const { rows } = await sql<PaymentRow>`
    select ${columns} from payments where intent_id = ${intentId}
  `.execute(database);
  if (!rows[0]) throw new ServiceFailure('NotFound', `no payment here has the intent ${intentId}`);
  return rows[0];
}

/** Keeps the provider's name of the payment; tells whether a void has begun meanwhile. */
export async function rememberIntent(database: Database, paymentId: PaymentId, intentId: string): Promise<PaymentRow> {
  const { rows } = await sql<StoredRow>`
    update payments set intent_id = ${intentId} where payment_id = ${paymentId} returning ${columns}
  `.execute(database);
  if (!rows[0]) throw notFound(paymentId);
  return rows[0];
}

/** Says whether webhooks of the payment are passed on to its workflow. */
export async function setAwaited(database: Database, paymentId: PaymentId, isAwaited: boolean): Promise<void> {
  await sql`update payments set is_awaited = ${isAwaited} where payment_id = ${paymentId}`.execute(database);
}

/**
 * From here on nothing authorizes or captures the payment. One never seen becomes a tombstone, for which `undefined` is
 * returned.
 */
export async function beginVoid(database: Database, paymentId: PaymentId): Promise<PaymentRow | undefined> {
  const { rows } = await sql<StoredRow>`
    insert into payments (payment_id, void_started_at, void_outcome, void_completed_at)
    values (${paymentId}, now(), 'nothing', now())
    on conflict (payment_id) do update set void_started_at = coalesce(payments.void_started_at, now())
    returning ${columns}
  `.execute(database);
  const [row] = rows;
  return row && row.contentHash !== null ? row : undefined;
}

/** Writes down what the void is about to do. */
export async function planVoidOutcome(database: Database, paymentId: PaymentId, outcome: VoidOutcome): Promise<void> {
  await sql`
    update payments set void_outcome = ${outcome} where payment_id = ${paymentId} and void_completed_at is null
  `.execute(database);
}

/** The void has found money that is to stay: the payment goes on, unless another void has ended meanwhile. */
export async function abandonVoid(database: Database, paymentId: PaymentId): Promise<void> {
  await sql`
    update payments set void_started_at = null, void_outcome = null
    where payment_id = ${paymentId} and void_completed_at is null
  `.execute(database);
}

/** Keeps why the payment was refused; the first reason stays. */
export async function rememberRefusal(database: Database, paymentId: PaymentId, refusal: Refusal): Promise<void> {
  await sql`
    update payments set refusal = ${JSON.stringify(refusal)} where payment_id = ${paymentId} and refusal is null
  `.execute(database);
}

/** Ends the void; returns what was planned last, by this call or by an earlier one. */
export async function completeVoid(database: Database, paymentId: PaymentId): Promise<VoidOutcome> {
  const { rows } = await sql<{ outcome: VoidOutcome }>`
    update payments set void_outcome = coalesce(void_outcome, 'nothing'),
      void_completed_at = coalesce(void_completed_at, now())
    where payment_id = ${paymentId}
    returning void_outcome as outcome
  `.execute(database);
  if (!rows[0]) throw notFound(paymentId);
  return rows[0].outcome;
}

async function readRow(database: Database, paymentId: PaymentId): Promise<StoredRow> {
  const { rows } = await sql<StoredRow>`
    select ${columns} from payments where payment_id = ${paymentId}
  `.execute(database);
  if (!rows[0]) throw notFound(paymentId);
  return rows[0];
}

const refusedBefore = ({ type, message, detail }: Refusal) =>
  new ServiceFailure(failureNamed(type) ?? 'Rejected', message, detail);

const notFound = (paymentId: PaymentId) => new ServiceFailure('NotFound', `there is no payment ${paymentId}`);

export const wasVoided = (paymentId: PaymentId) =>
  new ServiceFailure(
    'InvalidState',
    `the payment ${paymentId} was voided; it cannot be authorized or captured any more`,
  );

/**
 * Keeps that a webhook was passed on, if the transaction commits; one that comes at the same time waits for that.
 *
 * @returns whether it came for the first time
 */
export async function rememberEvent(transaction: Database, eventId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into webhook_events (event_id) values (${eventId}) on conflict do nothing
  `.execute(transaction);
  return numAffectedRows === 1n;
}
