import type { DefectType } from './failures.ts';

const ours = 'Something went wrong on our side; we are looking into it.';

/** What the customer reads of what can go wrong with any call, in the form that the refusals have it. */
export const textsOfDefects: Readonly<Record<DefectType, string>> = {
  InvalidRequest: 'Something in your order is not right; please check what you have entered.',
  Unauthenticated: 'Please log in and try again.',
  Forbidden: 'This is not yours to do; please contact us.',
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
