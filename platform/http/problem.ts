import { z } from 'zod';
import type { Failure } from '../../contracts/failure.ts';
import { type Declared, type DefectType, ServiceFailure, transientDefect } from '../../contracts/failures.ts';
import { describedFailure } from '../described-failure.ts';

const prefix = 'urn:durable-checkout:failure:';

/** The `type` of the problem that tells of a failure. */
export const problemType = (type: string): string => `${prefix}${type}`;

/** An RFC 9457 problem, with the failure's type and details as extension members. */
export const problemSchema = z.object({
  type: z.string().describe(`${prefix} followed by a type of the failure catalogue`),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  kind: z.enum(['expected', 'defect']).optional().describe('whether it belongs to the business, or has to be fixed'),
  retryable: z.boolean().optional().describe('whether the same call may succeed later'),
  field: z.string().optional(),
  retryAfterMilliseconds: z.number().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** A failure as the body of an `application/problem+json` answer. */
export function toProblem(failure: ServiceFailure): Problem {
  const { type, title, httpStatus, kind, retryable } = failure.failure;
  return {
    type: problemType(type),
    title,
    status: httpStatus,
    detail: failure.message,
    kind,
    retryable,
    ...failure.detail,
  };
}

/**
 * An answer that is no success as a failure: one that the operation declares, or that any call may have, or as the answer
 * itself describes it. What does not look like a problem is classified by its status alone.
 */
export function fromAnswer(
  service: string,
  {
    status,
    body,
    retryAfter,
  }: { readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined },
  declared: readonly Declared[],
): ServiceFailure {
  const problem = problemSchema.safeParse(body);
  const retryAfterMilliseconds = readRetryAfter(retryAfter);
  const failure = problem.success ? failureOfProblem(problem.data, declared) : undefined;
  if (problem.success && failure) {
    const { field, facts } = problem.data;
    return new ServiceFailure(failure, problem.data.detail, {
      field,
      facts,
      retryAfterMilliseconds: problem.data.retryAfterMilliseconds ?? retryAfterMilliseconds,
    });
  }
  const detail = problem.success ? `: ${problem.data.detail}` : '';
  return new ServiceFailure(defectOfStatus(status), `${service} answered ${status}${detail}`, {
    retryAfterMilliseconds,
  });
}

function failureOfProblem(problem: Problem, declared: readonly Declared[]): Failure | undefined {
  if (!problem.type.startsWith(prefix)) return undefined;
  const described = { ...problem, type: problem.type.slice(prefix.length) };
  return describedFailure(described, declared, { httpStatus: problem.status, grpcCode: 'UNKNOWN' });
}

function defectOfStatus(status: number): DefectType {
  if (status === 408) return 'DeadlineExceeded';
  return transientDefect('httpStatus', status) ?? (status >= 500 ? 'Internal' : 'Rejected');
}

/** `Retry-After` is a number of seconds or a date; in milliseconds from now, never less than none. */
function readRetryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isFinite(milliseconds) ? Math.max(milliseconds, 0) : undefined;
}
