import type { FailureDefinition } from './failure-definition.ts';

const defect = { kind: 'defect', retryable: false } as const;
const passing = { kind: 'defect', retryable: true } as const;

const ours = 'Something went wrong on our side; we are looking into it.';

/** The rows of the failure catalogue for which somebody has to mend something; the last ones may pass by themselves. */
export const defects = {
  InvalidRequest: {
    ...defect,
    title: 'The request is not valid',
    httpStatus: 400,
    grpcCode: 'INVALID_ARGUMENT',
    customer: 'Something in your order is not right; please check what you have entered.',
    operator: 'Mend what the caller sends: the message names the field and what it may hold.',
  },
  InvalidSignature: {
    ...defect,
    title: 'The signature of the webhook is wrong or too old',
    httpStatus: 400,
    grpcCode: 'INVALID_ARGUMENT',
    customer: ours,
    operator:
      "Compare the webhook's secret with the provider's and the clock with the time: if both are right, a stranger is calling.",
  },
  NotFound: {
    ...defect,
    title: 'There is no such thing',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We could not find what you are looking for.',
    operator: 'Check the id, and that it belongs to the system that was asked.',
  },
  IdempotencyConflict: {
    ...defect,
    title: 'The same id was used before with other content',
    httpStatus: 409,
    grpcCode: 'ALREADY_EXISTS',
    customer: 'There is another order under this number; please begin a new one.',
    operator: 'Find the caller that uses one id for two things; what came first stands.',
  },
  InvalidState: {
    ...defect,
    title: 'The state does not allow this any more',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'This cannot be done any more; please look at how your order stands.',
    operator: 'Look at what the message names as it stands now, then decide whether anything is left to do.',
  },
  CapturedInPart: {
    ...defect,
    title: 'Less was captured than was authorized',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    customer: 'The payment of your order did not work out; we give back what was taken.',
    operator: 'Find out who captured a part of it at the provider; the order is not completed on a part.',
  },
  Rejected: {
    ...defect,
    title: 'The service refused the call for a reason unknown here',
    httpStatus: 422,
    grpcCode: 'UNKNOWN',
    customer: 'Your order could not be completed; please contact us.',
    operator: 'Read in the message what was refused and mend it: the same call would be refused again.',
  },
  RateLimited: {
    ...passing,
    title: 'Too many calls',
    httpStatus: 429,
    grpcCode: 'RESOURCE_EXHAUSTED',
    customer: 'There is a lot going on at the moment; please try again in a minute.',
    operator: 'Nothing at first, since the call is made again later; if it lasts, ask for a higher limit.',
  },
  InProgress: {
    ...passing,
    title: 'The same call is still in progress',
    httpStatus: 409,
    grpcCode: 'ABORTED',
    customer: 'We are still working on it; please wait a moment.',
    operator: 'Nothing: the call is made again until the other one has ended.',
  },
  Unavailable: {
    ...passing,
    title: 'The service is not available',
    httpStatus: 503,
    grpcCode: 'UNAVAILABLE',
    customer: 'We cannot do this at the moment; please try again in a few minutes.',
    operator: 'See whether the service and what it stands on are running; the call is made again until they are.',
  },
  DeadlineExceeded: {
    ...passing,
    title: 'The service did not answer in time',
    httpStatus: 504,
    grpcCode: 'DEADLINE_EXCEEDED',
    customer: 'This took too long; please look at how your order stands before you try again.',
    operator: 'See what slows the service down; whether the call took effect is known once the same call is answered.',
  },
  Internal: {
    ...passing,
    title: 'The service failed',
    httpStatus: 500,
    grpcCode: 'INTERNAL',
    customer: ours,
    operator: 'Read the log of the service, which has the cause; the call is made again meanwhile.',
  },
} as const satisfies Record<string, FailureDefinition>;
