import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { cart } from '../../demo/shop.ts';
import { temporalBinary } from '../../parts/temporal-install.ts';
import { type Clients, openClients } from '../clients.ts';

const checkoutId = `codec-${randomUUID()}`;
const { CODEC_URL: url = '', TEMPORAL_WEB_UI: webUi = '' } = process.env;
const token = () => readFileSync(process.env['ACCESS_TOKEN_FILE'] ?? '', 'utf8').trim();

let clients: Clients;
beforeAll(async () => {
  clients = await openClients();
  await clients.checkouts.startCheckout(cart(checkoutId));
  await clients.checkouts.waitForResult(checkoutId);
});
afterAll(() => clients?.connection.close());

describe("Temporal's own command line", () => {
  const show = async (...more: string[]) => {
    const address = ['--address', process.env['TEMPORAL_ADDRESS'] ?? '', '--disable-config-file'];
    const command = ['workflow', 'show', '--workflow-id', `checkout/${checkoutId}`, '--output', 'json'];
    return execa(await temporalBinary(() => undefined), [...command, ...address, ...more], { reject: false });
  };

  test('shows a history with the codec server and a token', async () => {
    const { stdout, stderr } = await show('--codec-endpoint', url, '--codec-auth', `Bearer ${token()}`);
    expect(stderr).toBe('');
    const inputs = stdout.match(/"data": ?"([^"]+)"/g) ?? [];
    const texts = inputs.map((text) => Buffer.from(text.split('"')[3] ?? '', 'base64').toString());
    expect(texts.join('\n') + stdout).toContain('ada@example.org');
  });

  test('shows none of it without a token, nor without the codec server', async () => {
    const refused = await show('--codec-endpoint', url);
    expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    const sealed = await show();
    expect(sealed.exitCode).toBe(0);
    expect(sealed.stdout).toContain(Buffer.from('binary/encrypted').toString('base64'));
  });
});

describe('the codec server', () => {
  const call = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token()}`, ...headers },
      body: JSON.stringify(body),
    });
  const plain = { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: 'eyJ4IjoxfQ==' };

  test('opens again what it has sealed', async () => {
    const sealed = (await (await call('/encode', { payloads: [plain] })).json()) as object;
    expect(JSON.stringify(sealed)).not.toContain(plain.data);
    expect(await (await call('/decode', sealed)).json()).toEqual({ payloads: [plain] });
  });

  test('refuses what was changed, and what a key has sealed that it does not have, by name', async () => {
    const sealed = (await (await call('/encode', { payloads: [plain] })).json()) as { payloads: (typeof plain)[] };
    const changed = sealed.payloads.map((payload) => ({ ...payload, data: plain.data }));
    expect(await (await call('/decode', { payloads: changed })).json()).toMatchObject({
      type: expect.stringMatching(/InvalidState$/),
    });
    const keyId = Buffer.from('k-lost').toString('base64');
    const lost = sealed.payloads.map((payload) => ({
      ...payload,
      metadata: { ...payload.metadata, 'encryption-key-id': keyId },
    }));
    const answer = await call('/decode', { payloads: lost });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('has no key k-lost') });
  });

  test('lets pages of the Web UI call it, and those of no other site', async () => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const preflight = (origin: string) => fetch(`${url}/decode`, { method: 'OPTIONS', headers: { origin, ...asked } });
    const own = await preflight(new URL(webUi).origin);
    expect(own.status).toBe(204);
    expect(own.headers.get('access-control-allow-origin')).toBe(new URL(webUi).origin);
    expect(own.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const called = await call('/decode', { payloads: [] }, { origin: new URL(webUi).origin });
    expect([called.status, called.headers.get('access-control-allow-origin')]).toEqual([200, new URL(webUi).origin]);
  });
});
