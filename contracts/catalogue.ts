import { defects } from './defects.ts';
import type { Failure } from './failure.ts';
import type { DefectType } from './failures.ts';
import { refusals } from './refusals.ts';

/**
 * The failure catalogue of this system: every way in which a call can be refused or fail, once. docs/failures.md is written
 * from it.
 */
export const failures = { ...refusals, ...defects };

export type FailureType = keyof typeof failures;

export const failureTypes = Object.keys(failures) as readonly FailureType[];

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failures, type);
}

/** The failure of this type; `undefined` for what the catalogue does not have. */
export const failureNamed = (type: unknown): Failure | undefined => (isFailureType(type) ? failures[type] : undefined);

const ours = 'Something went wrong on our side; we are looking into it.';

/** What the customer reads of what can go wrong with any call, in the form that the refusals have it. */
const ofDefects: Readonly<Record<DefectType, string>> = {
  InvalidRequest: 'Something in your order is not right; please check what you have entered.',
  MethodNotAllowed: ours,
  PayloadTooLarge: 'There is too much in your order; please divide it.',
  UriTooLong: ours,
  UnsupportedMediaType: ours,
  HeadersTooLarge: ours,
  InvalidSignature: ours,
  NotFound: 'We could not find what this is about; please contact us.',
  IdempotencyConflict: 'There is another order under the same number; please order again.',
  InvalidState: 'Your order has changed in the meantime, so we could not go on; please contact us.',
  Rejected: 'Your order could not be completed; please contact us.',
  RateLimited: 'There is a lot going on at the moment; please try again in a minute.',
  RequestTimeout: 'This took too long; please try again.',
  InProgress: 'Another attempt was not finished yet; please try again in a few minutes.',
  Unavailable: 'A part of our shop is out of order at the moment; please try again in a few minutes.',
  DeadlineExceeded: 'It took us too long; please look at your orders before you try again.',
  Internal: ours,
};

const refusalOf = (type: string) =>
  Object.hasOwn(refusals, type) ? refusals[type as keyof typeof refusals] : undefined;

/** What the customer reads about a failure: one sentence. What the catalogue does not know reads as `Internal`. */
export function customerText(type: string): string {
  const ofDefect = Object.hasOwn(ofDefects, type) ? ofDefects[type as DefectType] : ofDefects.Internal;
  return refusalOf(type)?.customer ?? ofDefect;
}

/** Whether a payment came to nothing for this reason. */
export function isAboutPayment(type: string): boolean {
  const refusal: (Failure & { readonly aboutPayment?: true }) | undefined = refusalOf(type);
  return refusal?.aboutPayment ?? false;
}
