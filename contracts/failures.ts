import { defects } from './defects.ts';
import type { Failure } from './failure.ts';
import { shorten } from './foreign-text.ts';

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
