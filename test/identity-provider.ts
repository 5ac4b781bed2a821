import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** The system that tokens are for: a URI, as resource indicators are. */
export const audience = 'urn:durable-checkout:test';

/** The clients that the provider knows: the command line, and a process with its secret. */
export const clients = { commandLine: 'command-line', process: 'checkout-worker', secret: 'a secret of the process' };

/** What a provider does in a test, beside what it always does. */
export interface ProviderSettings {
  /** Seconds that access tokens are good for. @default 300 */
  readonly lifetime?: number;
  /** Seconds that a code for a device is good for. @default 600 */
  readonly codeLifetime?: number;
  /** @default true */
  readonly deviceFlow?: boolean;
  /** Roles by subject; those of a process are its id. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

/** A provider of OpenID Connect that runs in this process: `oidc-provider`, which is certified, with its own pages for people. */
export interface IdentityProvider {
  readonly issuer: string;
  /** The variables of a service that trusts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests that came to an endpoint so far: `/token`. */
  requests(path: string): number;
  /** Does what a person does in a browser: opens the page, logs in and confirms, or refuses. */
  confirm(pageWithCode: string, person: string): Promise<void>;
  refuse(pageWithCode: string): Promise<void>;
  /** Signs with another key from now on. @param keepOld whether the key set still has the old one */
  rotate(options: { readonly keepOld: boolean }): Promise<void>;
  change(settings: ProviderSettings): void;
  /** Away: connections are refused. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startIdentityProvider(settings: ProviderSettings = {}): Promise<IdentityProvider> {
  const requests = new Map<string, number>();
  let handle: RequestListener = () => undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://provider');
    requests.set(pathname, (requests.get(pathname) ?? 0) + 1);
    handle(request, response);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const issuer = `http://127.0.0.1:${port}`;
  let keys = [await newKey()];
  let current = settings;
  const apply = () => {
    const provider = new Provider(issuer, configuration(keys, current));
    handle = provider.callback();
  };
  apply();

  return {
    issuer,
    environment: {
      ACCESS_ISSUER: issuer,
      ACCESS_KEYS_URL: `${issuer}/jwks`,
      ACCESS_AUDIENCE: audience,
      ACCESS_ROLES_CLAIM: 'shop.roles',
    },
    requests: (path) => requests.get(path) ?? 0,
    confirm: (page, person) => browse(page, { login: person, password: 'any' }),
    refuse: (page) => browse(page, { abort: 'yes' }),
    async rotate({ keepOld }) {
      const key = await newKey();
      keys = keepOld ? [key, ...keys] : [key];
      apply();
    },
    change(changed) {
      current = { ...current, ...changed };
      apply();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    start: async () => void (await listen(port)),
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' };
}

function configuration(keys: readonly JWK[], settings: ProviderSettings): Configuration {
  const { lifetime = 300, codeLifetime = 600, deviceFlow = true, roles = {} } = settings;
  return {
    jwks: { keys: keys as never },
    cookies: { keys: ['of the tests'] },
    clients: [
      {
        client_id: clients.commandLine,
        token_endpoint_auth_method: 'none',
        grant_types: deviceFlow ? ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'] : ['refresh_token'],
        response_types: [],
        redirect_uris: [],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: clients.process,
        client_secret: clients.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    features: {
      deviceFlow: { enabled: deviceFlow },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifetime,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: { DeviceCode: codeLifetime },
    // A process is its client: the token names it as its subject.
    extraTokenClaims: (_, token) => {
      const subject = 'accountId' in token ? token.accountId : token.clientId;
      return { shop: { roles: roles[subject ?? ''] ?? [subject] } };
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // Refresh tokens are used once, as for every public client.
    rotateRefreshToken: true,
  };
}

/** Goes through the pages of the provider as a browser does, filling in each form, until there is none. */
async function browse(start: string, answers: Readonly<Record<string, string>>): Promise<void> {
  const cookies = new Map<string, string>();
  const open = async (
    url: string,
    body?: URLSearchParams,
  ): Promise<{ readonly url: string; readonly text: string }> => {
    const response = await fetch(url, {
      redirect: 'manual',
      method: body ? 'POST' : 'GET',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; '), connection: 'close' },
      ...(body && { body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    return location ? open(new URL(location, url).href) : { url, text };
  };

  let page = await open(start);
  for (let forms = 0; forms < 6; forms++) {
    const [, form, action = ''] = /(<form[^>]* action="([^"]+)"[\s\S]*?<\/form>)/.exec(page.text) ?? [];
    if (!form) return;
    const body = new URLSearchParams();
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1] ?? '';
      const value = answers[name] ?? /value="([^"]*)"/.exec(input)?.[1] ?? '';
      body.set(name, value);
    }
    const refuses = answers['abort'] && body.has('confirm');
    if (refuses) body.set('abort', 'yes');
    page = await open(new URL(action, page.url).href, body);
    if (refuses) return;
  }
  throw new Error(`the pages of the provider have no end: ${page.text.slice(0, 500)}`);
}
