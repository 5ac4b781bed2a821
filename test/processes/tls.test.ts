import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect as connectToRabbitMq } from 'amqplib';
import pg from 'pg';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import type { System } from '../../ops/system/system.ts';
import { CertificateAuthority } from '../../parts/certificate-authority.ts';
import { waitUntil } from '../../parts/wait.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let folder: string;
let authority: CertificateAuthority;
let system: System;
let checkouts: CheckoutClient;
let disconnect: () => Promise<void>;

const address = (name: string) => String(system.addresses[name]);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-tls-'));
  authority = await CertificateAuthority.open(folder);
  const tls = { ...(await authority.issue('system')), authority: authority.certificate };
  system = await startShopSystem({ outside: { tls }, alone: [] });
  const { client, connection } = await connectTemporalClient(system.addresses);
  checkouts = new CheckoutClient(client);
  disconnect = () => connection.close();
}, 180_000);

afterAll(async () => {
  await disconnect?.();
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The number of the certificate that a new connection is shown. */
async function serialAt(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connectSecurely({ host: hostname, port: Number(port), ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** What comes back when something is said in clear text. */
async function sayInClearText(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return received;
}

test('a checkout goes through, with its event, its journal and its mail', async () => {
  const { outcome } = await checkouts.startCheckout(cart('c-tls')).then(() => checkouts.waitForResult('c-tls'));
  const { ledger, mailSink } = createServiceClients(system.addresses);

  expect(outcome).toBe('completed');
  const isBooked = async () => (await ledger.listJournals({ subject: 'order/c-tls' })).journals.length > 0;
  const isMailed = async () => (await mailSink.listMails({ checkoutId: 'c-tls' })).mails.length === 1;
  expect(await waitUntil(isBooked, { within: 20_000 })).toBe(true);
  expect(await waitUntil(isMailed, { within: 20_000 })).toBe(true);
}, 60_000);

describe('what listens', () => {
  test('is reached over TLS alone', () => {
    const { addresses } = system;
    const protocols = Object.entries(addresses)
      .filter(([name]) => name.endsWith('_URL') && !name.endsWith('TEMPORAL_METRICS_URL'))
      .map(([name, url]) => `${name} ${new URL(url).protocol}`);

    expect(protocols.length).toBeGreaterThan(25);
    expect(protocols.filter((line) => !/ (https|amqps|smtps|postgres):$/.test(line))).toEqual([]);
    expect(new URL(address('DATABASE_URL')).searchParams.get('sslmode')).toBe('verify-full');
  });

  test.each(['ORDERS_URL', 'PAYMENT_PROVIDER_URL', 'MAIL_SINK_URL', 'LEDGER_CONSUMER_METRICS_URL'])(
    'answers no request in clear text: %s',
    async (name) => {
      expect(await sayInClearText(address(name), 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')).not.toContain(
        ' 200 ',
      );
    },
  );

  test('answers no gRPC, no mail and no AMQP in clear text', async () => {
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';
    expect(await sayInClearText(address('CATALOG_URL'), preface)).not.toContain('\x04\0\0\0\0\0');
    expect(await sayInClearText(address('SMTP_URL'), 'EHLO me\r\n')).not.toContain('220');
    await expect(connectToRabbitMq(address('AMQP_URL').replace('amqps:', 'amqp:'))).rejects.toThrow();
  });

  test('gives no login to the database in clear text', async () => {
    const client = new pg.Client({ connectionString: address('DATABASE_URL').replace(/\?.*/, '') });
    await expect(client.connect()).rejects.toThrow(/no encryption/);
  });
});

test('certificates are exchanged while 50 checkouts are in flight, and none fails', async () => {
  const names = ['ORDERS_URL', 'CATALOG_URL', 'PAYMENT_PROVIDER_URL'];
  const before = await Promise.all(names.map((name) => serialAt(address(name))));
  const ids = Array.from({ length: 50 }, (_, index) => `c-exchange-${index}`);
  const results = Promise.all(
    ids.map(async (checkoutId) => {
      await checkouts.startCheckout(cart(checkoutId));
      return (await checkouts.waitForResult(checkoutId)).outcome;
    }),
  );

  await authority.issue('system');
  const areNew = async () => {
    const serials = await Promise.all(names.map((name) => serialAt(address(name))));
    return serials.every((serial, index) => serial !== before[index]);
  };
  expect(await waitUntil(areNew, { within: 10_000 })).toBe(true);

  expect(await results).toEqual(ids.map(() => 'completed'));
  expect(await readFile(authority.certificate, 'utf8')).toContain('BEGIN CERTIFICATE');
  await checkouts.startCheckout(cart('c-after'));
  expect((await checkouts.waitForResult('c-after')).outcome).toBe('completed');
}, 120_000);
