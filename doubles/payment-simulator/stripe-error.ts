import type { z } from 'zod';
import { shorten } from '../../contracts/foreign-text.ts';

/** The body of an error, as Stripe's API reference describes it. */
interface StripeErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string | undefined;
  readonly payment_intent?: object;
}

/** An answer other than 200. It is kept for its idempotency key where Stripe would have begun to execute the call. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly body: StripeErrorBody;
  readonly kept: boolean;

  constructor(status: number, body: StripeErrorBody, kept = false) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.kept = kept;
  }
}

export const invalidRequest = (message: string, more: Partial<StripeErrorBody> = {}, status = 400) =>
  new StripeError(status, { type: 'invalid_request_error', message: shorten(message, 1_000), ...more });

export const missing = (object: string, id: string, param: string, status = 404) =>
  invalidRequest(`No such ${object}: '${id}'`, { code: 'resource_missing', param }, status);

export const serverError = () =>
  new StripeError(500, { type: 'api_error', message: 'An unknown error occurred (a fault of the simulator).' });

export const rateLimited = () =>
  new StripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' });

/** @throws {StripeError} 400 with the first thing that the schema finds wrong, as Stripe says it */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const param = shorten([...(issue?.path ?? []), ...(unknown ? [unknown] : [])].join('.'), 200);
  throw unknown
    ? invalidRequest(`Received unknown parameter: ${param} (the simulator may know less than Stripe)`, {
        code: 'parameter_unknown',
        param,
      })
    : invalidRequest(`Invalid ${param}: ${issue?.message}`, { param });
}
