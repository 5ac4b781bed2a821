import type { Authenticate } from './authenticator.ts';
import { type Access, authorize, type Principal } from './principal.ts';

/**
 * Finds out who calls an operation, and whether they may.
 *
 * @throws {ServiceFailure} `Unauthenticated`, `Forbidden`, or `Unavailable` when the issuer's keys cannot be read
 */
export async function admit(
  authenticate: Authenticate | 'everyone',
  { service, operation }: { readonly service: string; readonly operation: string },
  access: Access,
  authorization: string | undefined,
): Promise<Principal | undefined> {
  if (authenticate === 'everyone') return undefined;
  const principal = await authenticate(authorization);
  authorize(`${service}.${operation}`, access, principal);
  return principal;
}
