import { z } from 'zod';
import { type FailureType, failures, isFailureType, ServiceFailure } from '../../contracts/failures.ts';

const prefix = 'urn:durable-checkout:failure:';

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
    type: `${prefix}${failure.type}`,
    title: definition.title,
    status: definition.httpStatus,
    detail: failure.message,
    ...failure.detail,
  };
}

/** An answer that is no success as a failure; what does not look like a problem is told by its status alone. */
export function fromAnswer(service: string, status: number, body: unknown, retryAfter: string | null): ServiceFailure {
  const problem = problemSchema.safeParse(body);
  const type = problem.success ? problem.data.type.replace(prefix, '') : undefined;
  const seconds = Number(retryAfter ?? Number.NaN);
  const retryAfterMilliseconds = Number.isFinite(seconds) ? seconds * 1000 : undefined;
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
  if (status === 429) return 'RateLimited';
  if (status === 503) return 'Unavailable';
  if (status === 408 || status === 504) return 'DeadlineExceeded';
  return status >= 500 ? 'Internal' : 'Rejected';
}
