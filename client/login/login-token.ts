import { ServiceFailure } from '../../contracts/failures.ts';
import type { TokenSource } from '../../platform/access/token-source.ts';
import { readLogin, type StoredLogin, whileAlone, writeLogin } from './stored-login.ts';

/** A token that ends within this many milliseconds is renewed: a call has to arrive with it. */
const margin = 30_000;

const isFresh = ({ expiresAt }: StoredLogin) => Date.parse(expiresAt) - Date.now() > margin;

const ended = (issuer: string) =>
  new ServiceFailure('Unauthenticated', `the login at ${issuer} has ended: log in again`);

/**
 * The token of the person who has logged in, renewed by their refresh token when it ends; none where there is no login.
 *
 * @throws {DamagedFileError} from the source, when the stored login cannot be read
 * @throws {ServiceFailure} from the source: `Unauthenticated` when the login has ended, `Unavailable` while the provider is away
 */
export const tokenOfLogin: TokenSource = async () => {
  const login = readLogin();
  if (!login || isFresh(login)) return login?.accessToken;
  return whileAlone(async () => {
    // Another command may have renewed it meanwhile.
    const current = readLogin();
    if (!current || isFresh(current)) return current?.accessToken;
    const renewed = await renew(current);
    writeLogin(renewed);
    return renewed.accessToken;
  });
};

async function renew({ refreshToken, ...login }: StoredLogin): Promise<StoredLogin> {
  if (!refreshToken) throw ended(login.issuer);
  const [{ refreshTokenGrant }, { issuedToken, openProvider, providerFailure, resourceOf }] = await Promise.all([
    import('openid-client'),
    import('../../platform/access/provider.ts'),
  ]);
  try {
    const provider = await openProvider(login);
    const answer = await refreshTokenGrant(provider, refreshToken, resourceOf(login.audience));
    const issued = issuedToken(answer, login.issuer);
    return {
      ...login,
      accessToken: issued.accessToken,
      expiresAt: new Date(issued.expiresAt).toISOString(),
      // Without a new one the old one stays good.
      refreshToken: issued.refreshToken ?? refreshToken,
    };
  } catch (error) {
    const failure = providerFailure(error, login.issuer);
    throw failure instanceof ServiceFailure && failure.type === 'Unauthenticated' ? ended(login.issuer) : failure;
  }
}
