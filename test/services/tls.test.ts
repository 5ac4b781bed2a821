import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { CertificateAuthority, type CertificateFiles } from '../../parts/certificate-authority.ts';
import { waitUntil } from '../../parts/wait.ts';
import { serveGrpc } from '../../platform/grpc/server.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import type { Running } from '../../platform/role.ts';
import { ServerCertificate } from '../../platform/transport/server-certificate.ts';
import { createCatalogClient } from '../../services/catalog/client.ts';
import { catalogGrpcContract } from '../../services/catalog/grpc-contract.ts';
import { startProcess } from './child-process.ts';
import { silent } from './service-in-process.ts';

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Books',
  operations: {
    findBook: {
      method: 'GET',
      path: '/books/:isbn',
      access: 'public',
      summary: 'Finds a book',
      input: z.strictObject({ isbn: z.string() }),
      output: z.object({ isbn: z.string() }),
      failures: [],
    },
  },
});

let folder: string;
let authority: CertificateAuthority;
let files: CertificateFiles;
let gate = Promise.resolve();
const running: Running[] = [];
const trusted = getCACertificates();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-tls-'));
  authority = await CertificateAuthority.open(folder);
  files = await authority.issue('service');
  setDefaultCACertificates([...trusted, readFileSync(authority.certificate, 'utf8')]);
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  delete process.env['TLS_CLIENT_CERT_FILE'];
  delete process.env['TLS_CLIENT_KEY_FILE'];
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  await rm(folder, { recursive: true });
});

const serverOptions = (certificate: CertificateFiles, ca?: string) => ({
  port: 0,
  logger: silent,
  access: 'everyone' as const,
  certificate: new ServerCertificate({ ...certificate, ca }),
});

async function startHttp(certificate: CertificateFiles, ca?: string) {
  const handlers = {
    findBook: async ({ isbn }: { isbn: string }) => {
      await gate;
      return { isbn };
    },
  };
  const server = await serveHttp(contract, handlers, serverOptions(certificate, ca));
  running.push(server);
  return { url: server.address, client: createHttpClient(contract, { url: server.address }) };
}

async function startGrpc(certificate: CertificateFiles, ca?: string) {
  const product = { sku: 'a', name: 'A', description: '', prices: { USD: 1 } };
  const handlers = {
    quote: async () => Promise.reject(new Error('not asked')),
    getProducts: async () => {
      await gate;
      return { products: [product] };
    },
    importProducts: async () => ({ imported: 0 }),
  };
  const server = await serveGrpc(catalogGrpcContract, handlers as never, serverOptions(certificate, ca));
  running.push(server);
  return { url: server.address, client: createCatalogClient({ url: server.address }) };
}

/** The number of the certificate that a new connection is shown. */
async function serialAt(url: string): Promise<string> {
  const { port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port: Number(port), ALPNProtocols: ['h2', 'http/1.1'] }, () =>
    resolve(socket.getPeerCertificate().serialNumber),
  );
  socket.once('error', reject);
  return promise.finally(() => socket.destroy());
}

test('HTTP and gRPC are spoken over TLS', async () => {
  const [http, grpc] = [await startHttp(files), await startGrpc(files)];

  expect([http.url, grpc.url]).toEqual([expect.stringMatching(/^https:/), expect.stringMatching(/^https:/)]);
  await expect(http.client.findBook({ isbn: '1' })).resolves.toEqual({ isbn: '1' });
  await expect(grpc.client.getProducts({ skus: ['a'] })).resolves.toMatchObject([{ sku: 'a' }]);
});

test('a certificate is exchanged while 50 calls are in flight: none fails, and new connections are shown the new one', async () => {
  const exchanged = await authority.issue('exchanged');
  const [http, grpc] = [await startHttp(exchanged), await startGrpc(exchanged)];
  const before = [await serialAt(http.url), await serialAt(grpc.url)];
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  const calls = Array.from({ length: 25 }, (_, index) => [
    http.client.findBook({ isbn: String(index) }),
    grpc.client.getProducts({ skus: ['a'] }),
  ]).flat();

  await authority.issue('exchanged');
  const isNew = async () => (await serialAt(http.url)) !== before[0] && (await serialAt(grpc.url)) !== before[1];
  expect(await waitUntil(isNew, { within: 3_500 })).toBe(true);
  calls.push(http.client.findBook({ isbn: 'new' }), grpc.client.getProducts({ skus: ['a'] }));
  resolve();

  const results = await Promise.allSettled(calls);
  expect(results.map(({ status }) => status)).toEqual(Array(52).fill('fulfilled'));
});

test('files that cannot be used change nothing', async () => {
  const damaged = await authority.issue('damaged');
  const lines: unknown[] = [];
  const http = await startHttp(damaged);
  const before = await serialAt(http.url);
  const certificate = new ServerCertificate({ ...damaged, ca: undefined });
  const closed = Promise.withResolvers<() => void>();
  const contexts: unknown[] = [];
  certificate.follow(
    { setSecureContext: (options) => contexts.push(options), once: (_, listener) => closed.resolve(listener) },
    { info: () => undefined, error: (line: unknown) => lines.push(line) } as never,
  );
  await writeFile(damaged.cert, 'no certificate');
  expect(await waitUntil(async () => lines.length > 0, { within: 5_000 })).toBe(true);
  (await closed.promise)();

  expect(lines[0]).toEqual({ reason: `TLS_CERT_FILE is wrong: ${damaged.cert} holds no certificate in PEM` });
  expect(contexts).toEqual([]);
  expect(await serialAt(http.url)).toBe(before);
});

describe('a caller', () => {
  /** A server that shows whatever it is given, as one of others may. */
  async function show({ cert, key }: CertificateFiles) {
    const server = createServer({
      cert: readFileSync(cert),
      key: readFileSync(key),
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.push({ address: '', stop: async () => void server.close() });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each([
    ['has expired', () => authority.issue('expired', -1), /: its certificate has expired \(CERT_HAS_EXPIRED\)/],
    [
      'is signed by somebody else',
      async () => (await CertificateAuthority.open(folder, 'foreign')).issue('foreign-service'),
      /: its certificate is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\): name the file of its authority/,
    ],
  ])('does not believe a certificate that %s', async (_, issue, message) => {
    const url = await show(await issue());
    const { findBook } = createHttpClient(contract, { url });
    await expect(findBook({ isbn: '1' })).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(message),
    });
    const catalog = createCatalogClient({ url });
    await expect(catalog.getProducts({ skus: ['a'] })).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(message),
    });
  });

  test('shows its own certificate where one is asked for, and is refused without', async () => {
    const [http, grpc] = [await startHttp(files, authority.certificate), await startGrpc(files, authority.certificate)];
    await expect(http.client.findBook({ isbn: '1' })).rejects.toMatchObject({ type: 'Unavailable' });
    await expect(grpc.client.getProducts({ skus: ['a'] })).rejects.toMatchObject({ type: 'Unavailable' });

    const caller = await authority.issue('caller');
    process.env['TLS_CLIENT_CERT_FILE'] = caller.cert;
    process.env['TLS_CLIENT_KEY_FILE'] = caller.key;
    await expect(http.client.findBook({ isbn: '1' })).resolves.toEqual({ isbn: '1' });
    await expect(grpc.client.getProducts({ skus: ['a'] })).resolves.toHaveLength(1);

    const stranger = await (await CertificateAuthority.open(folder, 'foreign')).issue('stranger');
    process.env['TLS_CLIENT_CERT_FILE'] = stranger.cert;
    process.env['TLS_CLIENT_KEY_FILE'] = stranger.key;
    const others = await startHttp(files, authority.certificate);
    await expect(others.client.findBook({ isbn: '1' })).rejects.toMatchObject({ type: 'Unavailable' });
  });
});

describe('a process does not start, and says in one line why', () => {
  const starting = (environment: Record<string, string>) => startProcess('orders', environment);

  test.each([
    [
      'the file of the key is missing',
      () => ({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: '/none.key' }),
      'TLS_KEY_FILE is wrong: /none.key cannot be read (ENOENT)',
    ],
    [
      'only the certificate is named',
      () => ({ TLS_CERT_FILE: files.cert }),
      'TLS_KEY_FILE is missing: a certificate and its key are set together',
    ],
    [
      'the key is that of another certificate',
      async () => ({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: (await authority.issue('other')).key }),
      `TLS_KEY_FILE is wrong: the key in .*other.key is not that of the certificate in .*service.pem`,
    ],
    [
      'the file holds no certificate',
      () => ({ TLS_CERT_FILE: files.key, TLS_KEY_FILE: files.key }),
      'TLS_CERT_FILE is wrong: .*service.key holds no certificate in PEM',
    ],
    [
      'the certificate has expired',
      async () => {
        const { cert, key } = await authority.issue('expired', -1);
        return { TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
      },
      'TLS_CERT_FILE is wrong: the certificate in .*expired.pem has expired at [0-9-]+T[0-9:.]+Z; renew it',
    ],
    [
      'its authority for callers is missing',
      () => ({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key, TLS_CLIENT_CA_FILE: '/none.pem' }),
      'TLS_CLIENT_CA_FILE is wrong: /none.pem cannot be read (ENOENT)',
    ],
    [
      'its certificate as a caller is missing',
      () => ({ TLS_CLIENT_CERT_FILE: '/none.pem', TLS_CLIENT_KEY_FILE: files.key }),
      'TLS_CLIENT_CERT_FILE is wrong: /none.pem cannot be read (ENOENT)',
    ],
    [
      'other machines would read what it serves',
      () => ({ HOST: '0.0.0.0' }),
      'HOST is wrong: 0.0.0.0 is reached from other machines, in clear text; set TLS_CERT_FILE and TLS_KEY_FILE, or allow it with ALLOW_CLEAR_TEXT=HOST',
    ],
  ])('%s', async (_, environment, line) => {
    const pattern = line.replaceAll('(', '\\(').replaceAll(')', '\\)');
    await expect(starting(await environment())).rejects.toThrow(new RegExp(`^it ended with 2: orders: ${pattern}$`));
  });

  test('and where clear text is allowed, it says so and starts', async () => {
    const environment = { HOST: '0.0.0.0', ALLOW_CLEAR_TEXT: 'HOST', LOG_LEVEL: 'warn' };
    const process = await starting(environment);
    expect(await process.stop()).toContain('ALLOW_CLEAR_TEXT is set: what HOST names may be sent in clear text');
  });
});
