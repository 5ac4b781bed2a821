import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import { ConfigurationError, type Environment, readConfiguration } from '../configuration.ts';
import { changingFile } from './changing-file.ts';
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

/** Verifies tokens of one issuer (RFC 7519, OpenID Connect). */
export function createAuthenticator({
  issuer,
  audience,
  keys,
  rolesClaim = 'roles',
}: AuthenticatorOptions): Authenticate {
  const known = new Map<string, { readonly principal: Principal; readonly expiresAt: number }>();

  const verify = async (token: string): Promise<Principal> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance,
      requiredClaims: ['sub', 'exp'],
    });
    const principal: Principal = {
      subject: String(payload.sub),
      issuer,
      ...(typeof payload['name'] === 'string' && { name: payload['name'] }),
      roles: rolesIn(payload, rolesClaim),
    };
    const [oldest] = known.keys();
    if (known.size >= longestMemory && oldest !== undefined) known.delete(oldest);
    known.set(token, { principal, expiresAt: ((payload.exp ?? 0) + clockTolerance) * 1_000 });
    return principal;
  };

  return async (authorization) => {
    if (authorization === undefined) return undefined;
    const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? [];
    if (!token) throw unauthenticated('the header Authorization holds no token: send Bearer and a signed JWT');
    const before = known.get(token);
    if (before && before.expiresAt > Date.now()) return before.principal;
    known.delete(token);
    try {
      return await verify(token);
    } catch (error) {
      throw refusalOf(error, issuer, audience);
    }
  };
}

function rolesIn(payload: JWTPayload, claim: string): string[] {
  const found = claim
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], payload);
  return z.array(z.string()).catch([]).parse(found);
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
  if (error instanceof errors.JWTExpired) return unauthenticated('the token has expired: get another one', error);
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
  const keys = url ? createRemoteJWKSet(new URL(url)) : file && keysOfFile(file);
  if (!keys)
    throw new ConfigurationError('ACCESS_KEYS_URL is missing: name the key set of ACCESS_ISSUER, or ACCESS_KEYS_FILE');
  return createAuthenticator({
    issuer: read.ACCESS_ISSUER,
    audience: read.ACCESS_AUDIENCE,
    rolesClaim: read.ACCESS_ROLES_CLAIM,
    keys,
  });
}

function keysOfFile(file: string): JWTVerifyGetKey {
  const keys = changingFile(file, (text) => createLocalJWKSet(JSON.parse(text) as JSONWebKeySet));
  return async (...header) => (await keys())(...header);
}
