import { sql } from 'kysely';
import { contentHash } from '../../platform/content-hash.ts';
import { type Fault, paymentMethods } from './payment-methods.ts';
import type { Database } from './store.ts';
import { rateLimited, StripeError, serverError } from './stripe-error.ts';

/** An answer over HTTP; `hang` stands for none at all. */
export type Answer = { readonly status: number; readonly body: object; readonly replayed?: boolean } | 'hang';

/** A call that changes something, as far as it is known before it takes effect. */
export interface PreparedCall {
  readonly operation: Fault['operation'];
  /** Decides which fault happens. */
  readonly paymentMethod: string | null;
  /** Takes effect and returns the object to answer. */
  apply(): Promise<object>;
}

/**
 * Runs a call under its idempotency key as Stripe does: the first answer, a decline or an error 500 among them, is
 * stored and given again to the same parameters; other parameters are an `idempotency_error`; a key that is in use is a
 * 409. Effect and stored answer are one transaction, so that a crash leaves both or none.
 *
 * @param parameters what has to be equal for a replay: method, path and body
 */
export function runOnce(
  database: Database,
  key: string | undefined,
  parameters: unknown,
  prepare: (transaction: Database) => Promise<PreparedCall>,
): Promise<Answer> {
  return database.transaction().execute(async (transaction) => {
    const hash = contentHash(parameters);
    const stored = key && (await claimKey(transaction, key, hash));
    if (stored) return stored;
    const call = await prepare(transaction);
    const known = paymentMethods[call.paymentMethod ?? '']?.fault;
    const fault = known?.operation === call.operation ? known : undefined;

    if (fault?.moment === 'before' && (fault.stored || fault.lasting || (await isFirstTry(transaction, key)))) {
      if (fault.stored) await storeAnswer(transaction, key, hash, toAnswer(serverError()));
      return faultyAnswer(fault);
    }
    const answer = await settle(call);
    if (!fault || fault.moment === 'before') {
      if (answer.kept) await storeAnswer(transaction, key, hash, answer);
      return answer;
    }
    await storeAnswer(transaction, key, hash, fault.stored ? toAnswer(serverError()) : answer);
    return faultyAnswer(fault);
  });
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
  if (answer === 'hang') return answer;
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
  key: string | undefined,
  hash: string,
  { status, body }: Settled,
): Promise<void> {
  if (!key) return;
  await sql`
    insert into idempotency_keys (idempotency_key, parameters_hash, status, body)
    values (${key}, ${hash}, ${status}, ${JSON.stringify(body)})
  `.execute(transaction);
}

async function isFirstTry(transaction: Database, key: string | undefined): Promise<boolean> {
  if (!key) return true;
  const { numAffectedRows } = await sql`
    insert into faulty_tries (idempotency_key) values (${key}) on conflict do nothing
  `.execute(transaction);
  return numAffectedRows === 1n;
}
