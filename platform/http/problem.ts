import { z } from 'zod';
import { type FailureType, failures, isFailureType, passingFailure, ServiceFailure } from '../../contracts/failures.ts';

const prefix = 'urn:durable-checkout:failure:';

/** The `type` of the problem that tells of a failure. */
export const problemType = (type: FailureType): string => `${prefix}${type}`;

/** An RFC 9457 problem, with the failure's type and details as extension members. */
export const problemSchema = z.object({
  type: z.string().describe(`${prefix} followed by a type of the failure catalogue`),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  field: z.string().optional(),
  retryAfterMilliseconds: z.number().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** A failure as the body of an `application/problem+json` answer. */
export function toProblem(failure: ServiceFailure): Problem {
  const definition = failures[failure.type];
  return {
    type: problemType(failure.type),
    title: definition.title,
    status: definition.httpStatus,
    detail: failure.message,
    ...failure.detail,
  };
}

/** An answer that is no success as a failure; what does not look like a problem is classified by its status alone. */
export function fromAnswer(service: string, status: number, body: unknown, retryAfter: string | null): ServiceFailure {
  const problem = problemSchema.safeParse(body);
  const type = problem.success ? problem.data.type.replace(prefix, '') : undefined;
  const retryAfterMilliseconds = readRetryAfter(retryAfter);
  if (problem.success && isFailureType(type)) {
    const { field, facts } = problem.data;
    return new ServiceFailure(type, problem.data.detail, {
      field,
      facts,
      retryAfterMilliseconds: problem.data.retryAfterMilliseconds ?? retryAfterMilliseconds,
    });
  }
  const detail = problem.success ? `: ${problem.data.detail}` : '';
  return new ServiceFailure(typeOfStatus(status), `${service} answered ${status}${detail}`, { retryAfterMilliseconds });
}

function typeOfStatus(status: number): FailureType {
  if (status === 408) return 'DeadlineExceeded';
  return passingFailure('httpStatus', status) ?? (status >= 500 ? 'Internal' : 'Rejected');
}

/** `Retry-After` is a number of seconds or a date; in milliseconds from now, never less than none. */
function readRetryAfter(value: string | null): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isFinite(milliseconds) ? Math.max(milliseconds, 0) : undefined;
}
