import { defineFailures } from './failure.ts';

const defect = { kind: 'defect', retryable: false } as const;
const transient = { kind: 'defect', retryable: true } as const;

/** What can go wrong with any call, whatever it is about; the last ones are transient. */
export const defects = defineFailures({
  InvalidRequest: {
    ...defect,
    title: 'The request is not valid',
    httpStatus: 400,
    grpcCode: 'INVALID_ARGUMENT',
    operator: 'Fix what the caller sends: the message names the field and what it may hold.',
  },
  Unauthenticated: {
    ...transient,
    title: 'The caller is not known',
    httpStatus: 401,
    grpcCode: 'UNAUTHENTICATED',
    operator:
      'See what the message says of the token: whether it is sent, has expired, is from the issuer that the service trusts, and whether both clocks are right; the call is made again meanwhile.',
  },
  Forbidden: {
    ...defect,
    title: 'The caller may not do this',
    httpStatus: 403,
    grpcCode: 'PERMISSION_DENIED',
    operator: "Compare the roles in the caller's token with those that the message names; the issuer gives them.",
  },
  MethodNotAllowed: {
    ...defect,
    title: 'The address does not know the method',
    httpStatus: 405,
    grpcCode: 'UNIMPLEMENTED',
    operator: 'Fix the caller: the header Allow lists the methods that the address knows.',
  },
  PayloadTooLarge: {
    ...defect,
    title: 'The body is too large',
    httpStatus: 413,
    grpcCode: 'OUT_OF_RANGE',
    operator: 'Fix the caller: send the same in several calls.',
  },
  UriTooLong: {
    ...defect,
    title: 'The address is too long',
    httpStatus: 414,
    grpcCode: 'OUT_OF_RANGE',
    operator: 'Fix the caller: an address has room for the longest ids of the contract, so it carries something else.',
  },
  UnsupportedMediaType: {
    ...defect,
    title: 'The body is not in a form that is read here',
    httpStatus: 415,
    grpcCode: 'INVALID_ARGUMENT',
    operator: 'Fix the caller: send JSON in UTF-8 with the content type application/json.',
  },
  HeadersTooLarge: {
    ...defect,
    title: 'The headers are too large',
    httpStatus: 431,
    grpcCode: 'OUT_OF_RANGE',
    operator: 'Fix the caller or the proxy before it: see which header grows, often a cookie or a trace state.',
  },
  InvalidSignature: {
    ...defect,
    title: 'The signature of the webhook is wrong or too old',
    httpStatus: 400,
    grpcCode: 'INVALID_ARGUMENT',
    operator:
      "Compare the webhook's secret with the provider's and the clock with the time: if both are right, a stranger is calling.",
  },
  NotFound: {
    ...defect,
    title: 'There is no such thing',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    operator: 'Check the id, and that it belongs to the system that was asked.',
  },
  IdempotencyConflict: {
    ...defect,
    title: 'The same id was used before with other content',
    httpStatus: 409,
    grpcCode: 'ALREADY_EXISTS',
    operator: 'Find the caller that uses one id for two things; what came first stands.',
  },
  InvalidState: {
    ...defect,
    title: 'The state does not allow this any more',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
    operator: 'Look at what the message names as it stands now, then decide whether anything is left to do.',
  },
  Rejected: {
    ...defect,
    title: 'The service refused the call for a reason unknown here',
    httpStatus: 422,
    grpcCode: 'UNKNOWN',
    operator: 'Fix what the message says was refused: the same call would be refused again.',
  },
  RateLimited: {
    ...transient,
    title: 'Too many calls',
    httpStatus: 429,
    grpcCode: 'RESOURCE_EXHAUSTED',
    operator: 'Nothing at first, since the call is made again later; if it lasts, ask for a higher limit.',
  },
  RequestTimeout: {
    ...transient,
    title: 'The request did not arrive in time',
    httpStatus: 408,
    // Over gRPC the stream is ended instead: the code is one that tells nothing else that may pass.
    grpcCode: 'OUT_OF_RANGE',
    operator: 'See what slows the caller or the network down; nothing was done, since the request never arrived whole.',
  },
  InProgress: {
    ...transient,
    title: 'The same call is still in progress',
    httpStatus: 409,
    grpcCode: 'ABORTED',
    operator: 'Nothing: the call is made again until the other one has ended.',
  },
  Unavailable: {
    ...transient,
    title: 'The service is not available',
    httpStatus: 503,
    grpcCode: 'UNAVAILABLE',
    operator: 'See whether the service and what it stands on are running; the call is made again until they are.',
  },
  DeadlineExceeded: {
    ...transient,
    title: 'The service did not answer in time',
    httpStatus: 504,
    grpcCode: 'DEADLINE_EXCEEDED',
    operator: 'See what slows the service down; whether the call took effect is known once the same call is answered.',
  },
  Internal: {
    ...transient,
    title: 'The service failed',
    httpStatus: 500,
    grpcCode: 'INTERNAL',
    operator: 'Read the log of the service, which has the cause; the call is made again meanwhile.',
  },
});
