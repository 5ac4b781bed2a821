import { decodeJwt, type JWTPayload } from 'jose';
import { ServiceFailure } from '../contracts/failures.ts';
import { rolesIn } from '../platform/access/claims.ts';
import { type TokenSource, tokenSource } from '../platform/access/token-source.ts';
import type { Environment } from '../platform/configuration.ts';
import { tokenOfLogin } from './login/login-token.ts';

/** The token of who works here: the one that the environment names, else that of their login. */
export const ownToken = (environment: Environment): TokenSource => tokenSource(environment, tokenOfLogin);

/** Who works here, as their token says. Whether it is true is for the services to find out. */
export interface OwnIdentity {
  readonly subject: string;
  readonly issuer: string;
  readonly roles: readonly string[];
  /** When the token ends: ISO 8601 in UTC. */
  readonly endsAt?: string | undefined;
}

/**
 * @throws {ServiceFailure} `Unauthenticated` without a token, when it cannot be read, or when the login has ended
 * @throws {DamagedFileError} when the stored login cannot be read
 */
export async function ownIdentity(environment: Environment): Promise<OwnIdentity> {
  const token = await ownToken(environment)();
  if (token) return identityOf(token, environment);
  throw new ServiceFailure(
    'Unauthenticated',
    'there is no token, and who decides is kept: log in, or name the file with your token, ACCESS_TOKEN_FILE',
  );
}

/** @throws {ServiceFailure} `Unauthenticated` for a token that is damaged */
export function identityOf(token: string, { ACCESS_ROLES_CLAIM: claim = '' }: Environment): OwnIdentity {
  const claims = claimsOf(token);
  const { sub: subject, iss: issuer, exp } = claims;
  if (!subject || !issuer) throw damaged();
  const endsAt = exp === undefined ? undefined : new Date(exp * 1_000).toISOString();
  return { subject, issuer, roles: rolesIn(claims, claim || 'roles'), endsAt };
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw damaged();
  }
}

const damaged = () =>
  new ServiceFailure('Unauthenticated', 'the token is damaged: it is no JWT with sub and iss; log in again');
