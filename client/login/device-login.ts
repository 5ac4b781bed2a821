import {
  type DeviceAuthorizationResponse,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  ResponseBodyError,
  tokenRevocation,
} from 'openid-client';
import { ServiceFailure } from '../../contracts/failures.ts';
import { issuedToken, openProvider, providerFailure, resourceOf } from '../../platform/access/provider.ts';
import { ProviderConfigurationError } from '../../platform/access/provider-configuration-error.ts';
import type { StoredLogin } from './stored-login.ts';

/** Where a person logs in, and as which program. */
export interface DeviceLogin {
  readonly issuer: string;
  readonly clientId: string;
  /** The system that the token is for. */
  readonly audience: string;
  /** What the provider is asked for, separated by spaces. */
  readonly scope: string;
}

/** What a person has to do at their provider, on any device. */
export interface DeviceCode {
  readonly page: string;
  /** The same page with the code filled in, where the provider has one. */
  readonly pageWithCode?: string | undefined;
  readonly code: string;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

/**
 * Logs a person in by a code that they confirm at their provider, in any browser (RFC 8628).
 *
 * @param show tells them what to do
 * @throws {ProviderConfigurationError} for an issuer that is none, knows no such client, or has no such flow
 * @throws {ServiceFailure} `Unauthenticated` when the person refuses, `DeadlineExceeded` when the code expires before they answer,
 *   `Unavailable` while the provider is away
 */
export async function logIn(login: DeviceLogin, show: (code: DeviceCode) => void): Promise<StoredLogin> {
  const { issuer, clientId, audience, scope } = login;
  const provider = await openProvider(login);
  if (!provider.serverMetadata().device_authorization_endpoint) {
    throw new ProviderConfigurationError(
      `${issuer} has no device flow: enable it there for the client ${clientId}, or name a file with your token, ACCESS_TOKEN_FILE`,
    );
  }
  let expiry: AbortSignal | undefined;
  try {
    const given = await initiateDeviceAuthorization(provider, { scope, ...resourceOf(audience) });
    show(codeOf(given));
    expiry = AbortSignal.timeout(given.expires_in * 1_000);
    const answer = await pollDeviceAuthorizationGrant(provider, given, resourceOf(audience), { signal: expiry });
    const { accessToken, expiresAt, refreshToken } = issuedToken(answer, issuer);
    return { issuer, clientId, audience, accessToken, expiresAt: new Date(expiresAt).toISOString(), refreshToken };
  } catch (error) {
    throw refusalOf(error, expiry?.aborted === true) ?? providerFailure(error, issuer);
  }
}

const codeOf = (given: DeviceAuthorizationResponse): DeviceCode => ({
  page: given.verification_uri,
  pageWithCode: given.verification_uri_complete,
  code: given.user_code,
  expiresAt: new Date(Date.now() + given.expires_in * 1_000).toISOString(),
});

function refusalOf(error: unknown, isLate: boolean): ServiceFailure | undefined {
  const code = error instanceof ResponseBodyError ? error.error : undefined;
  if (code === 'access_denied') {
    return new ServiceFailure(
      'Unauthenticated',
      'the login was refused at the provider; log in again to try it once more',
    );
  }
  if (isLate || code === 'expired_token') {
    return new ServiceFailure('DeadlineExceeded', 'the code was not confirmed in time; log in again for another one');
  }
  return undefined;
}

/** Has the provider forget a login, as far as it does. @throws {ServiceFailure} `Unavailable` while the provider is away */
export async function revoke({ refreshToken, accessToken, ...login }: StoredLogin): Promise<void> {
  const provider = await openProvider(login);
  if (!provider.serverMetadata().revocation_endpoint) return;
  try {
    await tokenRevocation(provider, refreshToken ?? accessToken);
  } catch (error) {
    throw providerFailure(error, login.issuer);
  }
}
