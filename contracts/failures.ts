/**
 * The failure catalogue: every way in which a call can be refused or fail, once. HTTP problems, gRPC codes, retry
 * policies and the documentation are derived from it.
 */
export interface FailureDefinition {
  /** One line for people; the title of the HTTP problem. */
  readonly title: string;
  /** `expected`: a refusal that belongs to the business. `defect`: somebody has to mend something. */
  readonly kind: 'expected' | 'defect';
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly httpStatus: number;
  /** The name of the gRPC status code, as in `google.rpc.Code`. */
  readonly grpcCode: string;
}

const expected = { kind: 'expected', retryable: false } as const;
const defect = { kind: 'defect', retryable: false } as const;
const passing = { kind: 'defect', retryable: true } as const;

export const failures = {
  InvalidRequest: { ...defect, title: 'The request is not valid', httpStatus: 400, grpcCode: 'INVALID_ARGUMENT' },
  NotFound: { ...defect, title: 'There is no such thing', httpStatus: 404, grpcCode: 'NOT_FOUND' },
  IdempotencyConflict: {
    ...defect,
    title: 'The same id was used before with other content',
    httpStatus: 409,
    grpcCode: 'ALREADY_EXISTS',
  },
  InvalidState: {
    ...defect,
    title: 'The state does not allow this any more',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
  },
  Rejected: {
    ...defect,
    title: 'The service refused the call for a reason unknown here',
    httpStatus: 422,
    grpcCode: 'UNKNOWN',
  },
  CustomerNotFound: { ...expected, title: 'The customer is unknown', httpStatus: 404, grpcCode: 'NOT_FOUND' },
  CustomerBanned: { ...expected, title: 'The customer is banned', httpStatus: 403, grpcCode: 'PERMISSION_DENIED' },
  UnknownProduct: { ...expected, title: 'The product is unknown', httpStatus: 404, grpcCode: 'NOT_FOUND' },
  PriceChanged: { ...expected, title: 'The price has changed', httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' },
  OutOfStock: { ...expected, title: 'The stock does not suffice', httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' },
  CardDeclined: { ...expected, title: 'The card was declined', httpStatus: 402, grpcCode: 'FAILED_PRECONDITION' },
  InsufficientFunds: {
    ...expected,
    title: 'The card has insufficient funds',
    httpStatus: 402,
    grpcCode: 'FAILED_PRECONDITION',
  },
  AuthorizationExpired: {
    ...expected,
    title: 'The authorization has expired',
    httpStatus: 409,
    grpcCode: 'FAILED_PRECONDITION',
  },
  RateLimited: { ...passing, title: 'Too many calls', httpStatus: 429, grpcCode: 'RESOURCE_EXHAUSTED' },
  InProgress: { ...passing, title: 'The same call is still in progress', httpStatus: 409, grpcCode: 'ABORTED' },
  Unavailable: { ...passing, title: 'The service is not available', httpStatus: 503, grpcCode: 'UNAVAILABLE' },
  DeadlineExceeded: {
    ...passing,
    title: 'The service did not answer in time',
    httpStatus: 504,
    grpcCode: 'DEADLINE_EXCEEDED',
  },
  Internal: { ...passing, title: 'The service failed', httpStatus: 500, grpcCode: 'INTERNAL' },
} as const satisfies Record<string, FailureDefinition>;

export type FailureType = keyof typeof failures;

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failures, type);
}

/** What a failure carries beside its type. */
export interface FailureDetail {
  /** The field of the request that is at fault, as a path: `lines.0.quantity`. */
  readonly field?: string | undefined;
  /** How long to wait before the next try, in milliseconds. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** Facts for programs: `{ sku, requested, available }`. */
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** A failure of the catalogue, thrown by services and by their clients. Its message is written for people. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly type: FailureType;
  readonly detail: FailureDetail;

  constructor(type: FailureType, message: string, detail: FailureDetail = {}, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
    this.detail = detail;
  }
}
