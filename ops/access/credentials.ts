import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { callers } from '../../contracts/access.ts';
import { type Authenticate, createAuthenticator } from '../../platform/access/authenticator.ts';

const issuer = 'https://issuer.example';
const audience = 'durable-checkout';

/** What a call may come with, in the order of the page. */
export const credentialKinds = [
  'no token',
  'expired',
  'not yet valid',
  'foreign issuer',
  'foreign key',
  'foreign audience',
  'unsigned',
  'wrong role',
  'right role',
  'foreign customer',
] as const;

export type CredentialKind = (typeof credentialKinds)[number];

/** Makes tokens of every kind, and the authenticator that has to tell them apart. */
export interface Credentials {
  readonly authenticate: Authenticate;
  /** @param roles those of the token where it matters */
  tokenOf(kind: CredentialKind, roles: readonly string[]): Promise<string | undefined>;
}

export async function makeCredentials(): Promise<Credentials> {
  const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const key = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'ES256' };
  const authenticate = createAuthenticator({ issuer, audience, keys: createLocalJWKSet({ keys: [key] }) });
  const soon = () => Math.floor(Date.now() / 1_000) + 3_600;

  const claims = (roles: readonly string[], { iss = issuer, aud = audience, exp = soon(), nbf = 0 } = {}) =>
    new SignJWT({ roles, nbf }).setIssuer(iss).setAudience(aud).setExpirationTime(exp).setSubject('person-1');
  const signed = (jwt: SignJWT, { privateKey } = own) =>
    jwt.setProtectedHeader({ alg: 'ES256', kid: 'own' }).sign(privateKey);

  const makers: Readonly<Record<CredentialKind, (roles: readonly string[]) => Promise<string | undefined>>> = {
    'no token': async () => undefined,
    expired: (roles) => signed(claims(roles, { exp: soon() - 7_200 })),
    'not yet valid': (roles) => signed(claims(roles, { nbf: soon() - 1_800 })),
    'foreign issuer': (roles) => signed(claims(roles, { iss: 'https://stranger.example' })),
    'foreign key': (roles) => signed(claims(roles), foreign),
    'foreign audience': (roles) => signed(claims(roles, { aud: 'another-system' })),
    unsigned: async (roles) =>
      new UnsecuredJWT({ roles })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(soon())
        .setSubject('person-1')
        .encode(),
    'wrong role': (roles) => signed(claims(callers.filter((caller) => !roles.includes(caller)))),
    'right role': (roles) => signed(claims(roles.slice(0, 1))),
    'foreign customer': (roles) => signed(claims(roles.filter((role) => role === 'customer'))),
  };
  return { authenticate, tokenOf: (kind, roles) => makers[kind](roles) };
}
