import { sql } from 'kysely';
import { contentHash } from '../../platform/content-hash.ts';
import type { Change, RunChange } from './change.ts';
import { type Fault, type Operation, planFault, plannedFaults } from './faults.ts';
import { paymentMethods } from './payment-methods.ts';
import { readSetting } from './settings.ts';
import type { Database } from './store.ts';
import { rateLimited, StripeError, serverError } from './stripe-error.ts';

/** An answer over HTTP; `hang` and `reset` stand for none at all. */
export type Answer = { readonly status: number; readonly body: object; readonly replayed?: boolean } | 'hang' | 'reset';

/** A call that changes something, as far as it is known before it takes effect. */
export interface PreparedCall {
  readonly operation: Operation;
  /** Decides, with the operation, which fault happens. */
  readonly paymentMethod: string | null;
  /** Takes effect and returns the object to answer. */
  apply(): Promise<object>;
}

export interface IncomingCall {
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  /** What has to be equal for a replay: address and body. */
  readonly parameters: unknown;
}

/**
 * Runs a call under its idempotency key as Stripe does: the first answer, a decline or an error 500 among them, is
 * stored and given again to the same parameters; other parameters are an `idempotency_error`; a key that is in use is a
 * 409. Effect, events and stored answer are one transaction, so that a crash leaves all or none.
 */
export function runOnce(
  runChange: RunChange,
  { requestId, idempotencyKey: key, parameters }: IncomingCall,
  prepare: (change: Change) => Promise<PreparedCall>,
): Promise<Answer> {
  return runChange({ id: requestId, idempotencyKey: key }, async (change) => {
    const { transaction } = change;
    const hash = contentHash(parameters);
    const stored = key && (await claimKey(transaction, key, hash));
    if (stored) return stored;
    const call = await prepare(change);
    const fault = await chooseFault(transaction, key, call);

    if (fault?.moment === 'before') {
      if (fault.stored) await storeAnswer(transaction, key, hash, toAnswer(serverError()));
      return faultyAnswer(fault);
    }
    const answer = await settle(call);
    if (!fault) {
      if (answer.kept) await storeAnswer(transaction, key, hash, answer);
      return answer;
    }
    await storeAnswer(transaction, key, hash, fault.stored ? toAnswer(serverError()) : answer);
    return faultyAnswer(fault);
  });
}

/** The fault of the payment method, or else one by seed. */
async function chooseFault(
  transaction: Database,
  key: string | null,
  { operation, paymentMethod }: PreparedCall,
): Promise<Fault | undefined> {
  const known = paymentMethods[paymentMethod ?? '']?.fault;
  const own = known?.operation === operation ? known : undefined;
  const planned = await readSetting(transaction, plannedFaults);
  if (!own && !planned) return undefined;
  const attempt = key === null ? 1 : await countTry(transaction, key);
  if (own && (attempt === 1 || own.lasting)) return own;
  return planned && key !== null ? planFault(planned, key, attempt) : undefined;
}

interface Settled {
  readonly status: number;
  readonly body: object;
  readonly kept: boolean;
}

async function settle(call: PreparedCall): Promise<Settled> {
  try {
    return { status: 200, body: await call.apply(), kept: true };
  } catch (error) {
    if (error instanceof StripeError) return toAnswer(error);
    throw error;
  }
}

const toAnswer = ({ status, body, kept }: StripeError): Settled => ({ status, body: { error: body }, kept });

function faultyAnswer({ answer }: Fault): Answer {
  if (answer === 'hang' || answer === 'reset') return answer;
  return toAnswer(answer === 'error' ? serverError() : rateLimited());
}

/** Keeps others from using the key until the transaction ends; returns the answer that is stored for it. */
async function claimKey(transaction: Database, key: string, hash: string): Promise<Answer | undefined> {
  const lock = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) as locked
  `.execute(transaction);
  if (!lock.rows[0]?.locked) {
    throw new StripeError(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this idempotency key: ${key}`,
    });
  }
  const { rows } = await sql<{ hash: string; status: number; body: object }>`
    select parameters_hash as hash, status, body from idempotency_keys where idempotency_key = ${key}
  `.execute(transaction);
  const [stored] = rows;
  if (!stored) return undefined;
  if (stored.hash !== hash) {
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with: ${key}`,
    });
  }
  return { status: stored.status, body: stored.body, replayed: true };
}

async function storeAnswer(
  transaction: Database,
  key: string | null,
  hash: string,
  { status, body }: Settled,
): Promise<void> {
  if (key === null) return;
  await sql`
    insert into idempotency_keys (idempotency_key, parameters_hash, status, body)
    values (${key}, ${hash}, ${status}, ${JSON.stringify(body)})
  `.execute(transaction);
}

/** Counts from 1 the tries of a call that might meet a fault. */
async function countTry(transaction: Database, key: string): Promise<number> {
  const { rows } = await sql<{ tries: number }>`
    insert into faulty_tries (idempotency_key) values (${key})
    on conflict (idempotency_key) do update set tries = faulty_tries.tries + 1
    returning tries
  `.execute(transaction);
  return rows[0]?.tries ?? 1;
}

/**
 * Forgets stored answers, as a provider does after a time: the same key makes the call again.
 *
 * @param startsWith only keys that begin so; by default all
 * @returns how many were forgotten
 */
export async function pruneKeys(database: Database, startsWith = ''): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where starts_with(idempotency_key, ${startsWith})
  `.execute(database);
  return Number(numAffectedRows ?? 0n);
}
