import { defects } from './defects.ts';
import type { FailureDefinition } from './failure-definition.ts';
import { shorten } from './foreign-text.ts';
import { refusals } from './refusals.ts';

/**
 * The failure catalogue: every way in which a call can be refused or fail, once. HTTP problems, gRPC codes, retries, the
 * OpenAPI documents and docs/failures.md are derived from it.
 */
export const failures = { ...refusals, ...defects };

export type FailureType = keyof typeof failures;

export const failureTypes = Object.keys(failures) as readonly FailureType[];

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failures, type);
}

/** What the customer reads about a failure: one sentence. What the catalogue does not know reads as `Internal`. */
export function customerText(type: string): string {
  return failures[isFailureType(type) ? type : 'Internal'].customer;
}

/** Whether a payment came to nothing for this reason. */
export function isAboutPayment(type: string): boolean {
  const definition: FailureDefinition | undefined = isFailureType(type) ? failures[type] : undefined;
  return definition?.aboutPayment ?? false;
}

/** The transient failure that alone has this status or code: what either of them says when it comes without a type. */
export function passingFailure<Column extends 'httpStatus' | 'grpcCode'>(
  column: Column,
  value: FailureDefinition[Column],
): FailureType | undefined {
  const [type, ...others] = failureTypes.filter((candidate) => failures[candidate][column] === value);
  return type && others.length === 0 && failures[type].retryable ? type : undefined;
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

/** A failure of the catalogue, thrown by services and by their clients. Its message is human-readable. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly type: FailureType;
  readonly detail: FailureDetail;

  constructor(type: FailureType, message: string, detail: FailureDetail = {}, options?: ErrorOptions) {
    super(shorten(message, longest.message), options);
    this.type = type;
    this.detail = shortenDetail(detail);
  }
}
