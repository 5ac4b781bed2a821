import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import { ServiceFailure } from '../../contracts/failures.ts';
import { ConfigurationError } from '../configuration.ts';
import type { IssuedToken, ProviderOptions } from './provider.ts';

/** How a process gets its token from the provider (RFC 6749, 4.4). */
export interface ClientCredentials extends Omit<ProviderOptions, 'clientSecret'> {
  /** Its secret, as it stands now. */
  clientSecret(): Promise<string>;
  /** The system that the token is for. */
  readonly audience: string;
  /** What the provider wants to be asked for besides, separated by spaces. */
  readonly scope?: string | undefined;
}

/** The part of its life after which a token is renewed; those who call meanwhile have the old one. */
const renewAfter = 0.8;
/** A token that ends within this many milliseconds is not sent any more: it would end on the way. */
const margin = 5_000;
/** Milliseconds in which a provider that has just failed is not asked again. */
const pause = 1_000;

const again = retry(
  handleWhen((error) => error instanceof ServiceFailure && error.type === 'Unavailable'),
  { maxAttempts: 1, backoff: new ConstantBackoff(100) },
);

/**
 * The token of a process, which the provider issues for its id and secret. It is renewed before it ends; however many calls
 * want one, one request is made.
 *
 * @throws {ServiceFailure} from the source: `Unavailable` while the provider is away, `Unauthenticated` when it refuses
 */
export function tokenOfClient(credentials: ClientCredentials): () => Promise<string | undefined> {
  let current: (IssuedToken & { readonly renewAt: number }) | undefined;
  let renewal: Promise<void> | undefined;
  let failed: { readonly at: number; readonly error: unknown } | undefined;

  const renew = (): Promise<void> => {
    if (failed && Date.now() - failed.at < pause) return Promise.reject(failed.error);
    renewal ??= again
      .execute(() => issue(credentials))
      .then(
        (issued) => {
          const now = Date.now();
          current = { ...issued, renewAt: now + (issued.expiresAt - now) * renewAfter };
          failed = undefined;
        },
        (error) => {
          failed = { at: Date.now(), error };
          throw error;
        },
      )
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  };

  return async () => {
    const now = Date.now();
    if (current && now < current.expiresAt - margin) {
      // What goes wrong is thrown once the old token has ended.
      if (now >= current.renewAt) renew().catch(() => undefined);
      return current.accessToken;
    }
    await renew();
    return current?.accessToken;
  };
}

async function issue({ clientSecret, audience, scope, ...client }: ClientCredentials): Promise<IssuedToken> {
  // Loaded where it is used: most processes are given their tokens.
  const [{ clientCredentialsGrant }, { issuedToken, openProvider, providerFailure, resourceOf }] = await Promise.all([
    import('openid-client'),
    import('./provider.ts'),
  ]);
  try {
    const provider = await openProvider({ ...client, clientSecret: await clientSecret() });
    const answer = await clientCredentialsGrant(provider, { ...resourceOf(audience), ...(scope && { scope }) });
    return issuedToken(answer, client.issuer);
  } catch (error) {
    const failure = providerFailure(error, client.issuer);
    if (!(failure instanceof ConfigurationError)) throw failure;
    // Set up wrong, it may be set right while the process runs.
    throw new ServiceFailure('Unauthenticated', failure.message, {}, { cause: error });
  }
}
