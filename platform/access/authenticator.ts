import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { ConfigurationError, type Environment, readConfiguration } from '../configuration.ts';
import { rolesIn } from './claims.ts';
import { keysAt, keysOfFile } from './key-set.ts';
import type { Principal } from './principal.ts';

/**
 * Who makes a call, by its header `Authorization`; `undefined` where there is none.
 *
 * @throws {ServiceFailure} `Unauthenticated` for a token that is not valid here; `Unavailable` when the issuer's keys cannot be
 *   read
 */
export type Authenticate = (authorization: string | undefined) => Promise<Principal | undefined>;

export interface AuthenticatorOptions {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` that is meant: this system. */
  readonly audience: string;
  /** The keys that the issuer signs with. */
  readonly keys: JWTVerifyGetKey;
  /** The claim with the roles, as a path: `realm_access.roles`. @default roles */
  readonly rolesClaim?: string;
}

/** Keys of which the issuer alone has the half that signs. */
const algorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'];
/** Seconds by which clocks may differ. */
const clockTolerance = 30;
/** Tokens whose signature was found right; a caller sends the same one again and again. */
const longestMemory = 1_000;
/** Milliseconds after which a signature is verified again: its key may have been withdrawn. */
const verifyAgainAfter = 60_000;
/** Characters: a token is in memory while it is remembered, and HTTP takes no more in all headers together. */
const longestHeader = 16 * 1024;

/** Verifies tokens of one issuer (RFC 7519, OpenID Connect). */
export function createAuthenticator({
  issuer,
  audience,
  keys,
  rolesClaim = 'roles',
}: AuthenticatorOptions): Authenticate {
  const known = new Map<string, { readonly principal: Principal; readonly until: number }>();

  const verify = async (token: string): Promise<Principal> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance,
      requiredClaims: ['sub', 'exp'],
    });
    const now = Date.now();
    if (payload.iat !== undefined && (payload.iat - clockTolerance) * 1_000 > now) {
      throw unauthenticated('the token was issued in the future: compare the clocks');
    }
    const principal: Principal = {
      subject: String(payload.sub),
      issuer,
      ...(typeof payload['name'] === 'string' && { name: payload['name'] }),
      roles: rolesIn(payload, rolesClaim),
    };
    const [oldest] = known.keys();
    if (known.size >= longestMemory && oldest !== undefined) known.delete(oldest);
    const expiresAt = ((payload.exp ?? 0) + clockTolerance) * 1_000;
    known.set(token, { principal, until: Math.min(expiresAt, now + verifyAgainAfter) });
    return principal;
  };

  return async (authorization) => {
    if (authorization === undefined) return undefined;
    if (authorization.length > longestHeader) {
      throw unauthenticated(`the header Authorization is longer than ${longestHeader} characters`);
    }
    const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? [];
    if (!token) throw unauthenticated('the header Authorization holds no token: send Bearer and a signed JWT');
    const before = known.get(token);
    if (before && before.until > Date.now()) return before.principal;
    known.delete(token);
    try {
      return await verify(token);
    } catch (error) {
      throw refusalOf(error, issuer, audience);
    }
  };
}

const unauthenticated = (message: string, cause?: unknown) =>
  new ServiceFailure('Unauthenticated', message, {}, { cause });

/** What is wrong with a token, and not with the keys. */
const ofToken = [
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

function refusalOf(error: unknown, issuer: string, audience: string): ServiceFailure {
  if (error instanceof ServiceFailure) return error;
  if (error instanceof errors.JWTExpired) {
    return unauthenticated('the token has expired: get another one, or compare the clocks if it is new', error);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const wanted: Record<string, string> = {
      iss: `only ${issuer} issues tokens for this system`,
      aud: `the token is not meant for ${audience}`,
      nbf: 'the token is not valid yet: compare the clocks',
    };
    return unauthenticated(wanted[error.claim] ?? `the token's claim ${error.claim} is missing or wrong`, error);
  }
  if (ofToken.some((kind) => error instanceof kind)) {
    return unauthenticated(`the token is not one that ${issuer} has signed`, error);
  }
  return new ServiceFailure('Unavailable', `the keys of ${issuer} cannot be read`, {}, { cause: error });
}

/** What a service is told to know its callers. */
export const accessEnvironment = z.object({
  ACCESS_ISSUER: z.string(),
  ACCESS_AUDIENCE: z.string().default('durable-checkout'),
  ACCESS_ROLES_CLAIM: z.string().default('roles'),
  ACCESS_KEYS_URL: z.url({ protocol: /^https?$/, error: 'use the address of a JSON Web Key Set' }).optional(),
  ACCESS_KEYS_FILE: z.string().optional(),
});

/**
 * The authenticator that the environment describes.
 *
 * @throws {ConfigurationError} when the issuer or its keys are not named
 */
export function readAuthenticator(of: Environment): Authenticate {
  const read = readConfiguration(accessEnvironment, of);
  const { ACCESS_KEYS_URL: url, ACCESS_KEYS_FILE: file } = read;
  const keys = url ? keysAt(new URL(url)) : file && keysOfFile(file);
  if (!keys)
    throw new ConfigurationError('ACCESS_KEYS_URL is missing: name the key set of ACCESS_ISSUER, or ACCESS_KEYS_FILE');
  return createAuthenticator({
    issuer: read.ACCESS_ISSUER,
    audience: read.ACCESS_AUDIENCE,
    rolesClaim: read.ACCESS_ROLES_CLAIM,
    keys,
  });
}
