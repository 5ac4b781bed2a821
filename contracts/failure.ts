/** One way in which a call can be refused or fail, as its declaration has it. */
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
