import { shorten } from './foreign-text.ts';

/** One way in which a call can be refused or fail, as whoever declares it writes it. */
export interface FailureDefinition {
  /** One human-readable line; the title of the HTTP problem. */
  readonly title: string;
  /** `expected`: a refusal that belongs to the business. `defect`: something has to be fixed. */
  readonly kind: 'expected' | 'defect';
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly httpStatus: number;
  /** The name of the gRPC status code, as in `google.rpc.Code`. */
  readonly grpcCode: string;
  /** What the operator does: one sentence. */
  readonly operator?: string;
}

/** A failure as an object: what servers write from, and clients read by. */
export interface Failure extends FailureDefinition {
  /** What programs compare: `NotFound`. */
  readonly type: string;
}

/** Gives each failure its name as its type. */
export function defineFailures<const Rows extends Readonly<Record<string, FailureDefinition>>>(
  rows: Rows,
): { readonly [Name in keyof Rows & string]: Rows[Name] & { readonly type: Name } } {
  return Object.fromEntries(Object.entries(rows).map(([type, row]) => [type, { ...row, type }])) as never;
}

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

/** A type that every service may answer with. */
export type DefectType = keyof typeof defects;

/** A failure as an operation declares it, and a service throws it: an object, or the name of one that any call may have. */
export type Declared = DefectType | Failure;

export const failureOf = (declared: Declared): Failure => (typeof declared === 'string' ? defects[declared] : declared);

/** The failure of this type among those that are declared, and those that any call may have. */
export function findFailure(type: unknown, declared: readonly Declared[] = []): Failure | undefined {
  const found = declared.map(failureOf).find((failure) => failure.type === type);
  if (found) return found;
  return typeof type === 'string' && Object.hasOwn(defects, type) ? defects[type as DefectType] : undefined;
}

/** The transient defect that alone has this status or code: what either of them says when it comes without a type. */
export function transientDefect<Column extends 'httpStatus' | 'grpcCode'>(
  column: Column,
  value: Failure[Column],
): DefectType | undefined {
  const [failure, ...others] = Object.values(defects).filter((candidate) => candidate[column] === value);
  return failure && others.length === 0 && failure.retryable ? failure.type : undefined;
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

/** Characters at most: what others sent is quoted in failures, and a gRPC trailer or a log line has no room for all of it. */
const longest = { message: 1_000, field: 200, fact: 500 };

function shortenDetail(detail: FailureDetail): FailureDetail {
  const { field, facts } = detail;
  return {
    ...detail,
    ...(field !== undefined && { field: shorten(field, longest.field) }),
    ...(facts !== undefined && {
      facts: Object.fromEntries(
        Object.entries(facts).map(([name, fact]) => [
          name,
          typeof fact === 'string' ? shorten(fact, longest.fact) : fact,
        ]),
      ),
    }),
  };
}

/** A failure, thrown by services and by their clients. Its message is human-readable. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly failure: Failure;
  readonly detail: FailureDetail;

  constructor(declared: Declared, message: string, detail: FailureDetail = {}, options?: ErrorOptions) {
    super(shorten(message, longest.message), options);
    this.failure = failureOf(declared);
    this.detail = shortenDetail(detail);
  }

  get type(): string {
    return this.failure.type;
  }
}
