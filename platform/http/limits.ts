import { z } from 'zod';

/** How long a caller may take to send its request; a body that trickles holds a connection no longer. */
export interface HttpLimits {
  /** Until all headers are there, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** Until the whole request is there, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export const standardLimits: HttpLimits = { headersTimeoutMs: 10_000, requestTimeoutMs: 30_000 };

/** Bytes. A thousand records with the longest texts fit. */
export const largestBody = 1024 * 1024;

/** Bytes of a request's line and its headers together, as Node counts them. The longest path of a contract fits in. */
export const largestHead = 16 * 1024;

const milliseconds = z.coerce.number().int().min(100, 'at least 100').max(3_600_000, 'at most 3,600,000');

/** What the environment says of the limits. */
export const limitsEnvironment = z.object({
  HTTP_HEADERS_TIMEOUT_MS: milliseconds.default(standardLimits.headersTimeoutMs),
  HTTP_REQUEST_TIMEOUT_MS: milliseconds.default(standardLimits.requestTimeoutMs),
});

/** How often Node looks for requests that take too long, in milliseconds. */
export const checkingInterval = ({ headersTimeoutMs, requestTimeoutMs }: HttpLimits): number =>
  Math.min(1_000, headersTimeoutMs, requestTimeoutMs);
