import {
  allowInsecureRequests,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  None,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { ServiceFailure } from '../../contracts/failures.ts';
import { quote } from '../../contracts/foreign-text.ts';
import { ConfigurationError } from '../configuration.ts';
import { isLoopback } from '../shell.ts';
import { ProviderConfigurationError } from './provider-configuration-error.ts';

/** Whom a provider of OpenID Connect knows this program as. */
export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Of a process; a program that people run can keep none. */
  readonly clientSecret?: string | undefined;
}

/** Seconds that one request to the provider may take. */
const requestTimeout = 3;

/**
 * Finds the endpoints of a provider (OpenID Connect Discovery, RFC 8414).
 *
 * @throws {ProviderConfigurationError} for an issuer that is none, or publishes no such document
 * @throws {ServiceFailure} `Unavailable` while the provider is away
 */
export async function openProvider({ issuer, clientId, clientSecret }: ProviderOptions): Promise<Configuration> {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(issuer));
  if (!url || !isSafe) {
    throw new ProviderConfigurationError(
      `the issuer ${quote(issuer)} is no provider of OpenID Connect: name its https address`,
    );
  }
  try {
    return await discovery(url, clientId, undefined, clientAuthentication(clientSecret), {
      timeout: requestTimeout,
      ...(url.protocol === 'http:' && { execute: [allowInsecureRequests] }),
    });
  } catch (error) {
    throw providerFailure(error, issuer);
  }
}

/** A secret is sent in the way that the provider takes it: in the header unless it says otherwise (RFC 8414). */
function clientAuthentication(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  return (server, ...request) => {
    const known = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const send = known.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
    send(server, ...request);
  };
}

/** What a token request is given beside its grant: the system that the token is for, where its name is a URI (RFC 8707). */
export const resourceOf = (audience: string): { resource?: string } =>
  URL.canParse(audience) ? { resource: audience } : {};

/** A token as a provider has issued it. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken?: string | undefined;
}

/** Seconds that a token is taken to be good for where its provider does not say: RFC 6749 leaves it open. */
const shortestLifetime = 60;

/**
 * @throws {ProviderConfigurationError} for a token that is no JWT: no service could verify it
 */
export function issuedToken(answer: TokenEndpointResponse, issuer: string): IssuedToken {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(answer.access_token)) {
    throw new ProviderConfigurationError(
      `${issuer} issues access tokens that are no JWT: have it issue them for the audience that ACCESS_AUDIENCE names`,
    );
  }
  return {
    accessToken: answer.access_token,
    expiresAt: Date.now() + (answer.expires_in ?? shortestLifetime) * 1_000,
    refreshToken: answer.refresh_token,
  };
}

/** Answers of OAuth that say that something is set up wrong, and not that a person or a process is refused. */
const misconfigured = [
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'invalid_target',
  'unauthorized_client',
  'unsupported_grant_type',
];

/** What went wrong with a provider, as an error with one line: without a cause, which would be read as a broken service. */
export function providerFailure(error: unknown, issuer: string): Error {
  if (error instanceof ServiceFailure || error instanceof ConfigurationError) return error;
  if (error instanceof ResponseBodyError) {
    const { error: code, error_description: description } = error;
    const told = description ? `${code}, ${quote(description)}` : code;
    if (error.status >= 500) {
      return new ServiceFailure('Unavailable', `${issuer} answered ${error.status}: ${told}`);
    }
    return misconfigured.includes(code)
      ? new ProviderConfigurationError(`${issuer} refuses this client: ${told}`)
      : new ServiceFailure('Unauthenticated', `${issuer} refuses: ${told}`);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return new ProviderConfigurationError(`${issuer} refuses this client: ${error.status}; see its id and secret`);
  }
  if (error instanceof ClientError && answered.includes(error.code ?? '')) {
    const { status } = (error.cause ?? {}) as { status?: unknown };
    if (typeof status === 'number' && (status >= 500 || status === 429)) {
      return new ServiceFailure('Unavailable', `${issuer} answered ${status}`);
    }
    const reason = [error.message, status].filter(Boolean).join(' ');
    return new ProviderConfigurationError(`${issuer} is no provider of OpenID Connect: ${reason}`);
  }
  return new ServiceFailure('Unavailable', `${issuer} cannot be reached: ${reasonOf(error)}`);
}

/** What the library says of an answer that is not what the standard has. */
const answered = [
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
];

/** The code of the system, such as ECONNREFUSED, or what the error says. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = error as { cause?: unknown; code?: unknown; message?: unknown };
  if (cause !== undefined) return reasonOf(cause);
  return String(code ?? message ?? error);
}
