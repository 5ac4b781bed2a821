import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { createLogger } from '../../platform/logging.ts';
import { redactText } from '../../platform/redaction.ts';

/** What one call of the logger writes. */
function write(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  const logger = createLogger('test', 'trace', ['paymentMethod'], { write: (line) => void lines.push(line) });
  log(logger);
  expect(lines).toHaveLength(1);
  return JSON.parse(String(lines[0])) as Record<string, unknown>;
}

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
const secrets = [
  ['a token', token],
  ['a token of a header', `Bearer ${token}`],
  ['a secret key', 'sk_live_51H8xYzAbCdEfGh'],
  ['the secret of a webhook', 'whsec_0123456789abcdef'],
  ['a payment method', 'pm_1Abcdefghijk'],
  ['a mail address', 'ada.lovelace@example.org'],
  ['the number of a card', '4242424242424242'],
  ['the number of a card in groups', '4000 0566 5566 5556'],
  ['the password of an address', 'postgres://shop:hunter2@db:5432/shop'],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----'],
] as const;

/** The part of a secret that must not be read. */
const core = (secret: string) => (secret.includes('hunter2') ? 'hunter2' : secret.replace('Bearer ', ''));

describe('a line of the log', () => {
  test.each(secrets)(
    'does not have %s, at whatever depth, in a field, a list, an error or the message',
    (_, secret) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 6 }), fc.boolean(), (depth, inList) => {
          let value: unknown = `it was ${secret} then`;
          for (let level = 0; level < depth; level++) value = inList ? [value] : { inside: value };
          const error = new Error(`refused ${secret}`, { cause: new Error(`by ${secret}`) });
          const line = write((logger) => logger.warn({ value, err: error, other: { error } }, `about ${secret} here`));
          expect(JSON.stringify(line)).not.toContain(core(secret));
          expect(line['msg']).toMatch(/^about .*(redacted|mail address|card number).* here$/s);
        }),
        { numRuns: 20 },
      );
    },
  );

  test.each([
    'authorization',
    'Authorization',
    'password',
    'apiKey',
    'x-api-key',
    'client_secret',
    'accessToken',
    'set-cookie',
    'paymentMethod',
    'stripe-signature',
  ])('does not have what a field holds that is called %s, at every depth', (name) => {
    const fields = { request: { headers: [{ [name]: 'plain words' }] }, [name]: { also: 'plain words' } };
    expect(JSON.stringify(write((logger) => logger.info(fields, 'a call')))).not.toContain('plain words');
  });

  test('has of an error of PostgreSQL what is no row', () => {
    const error = new pg.DatabaseError('new row violates check constraint "positive"', 1, 'error');
    Object.assign(error, {
      code: '23514',
      detail: 'Failing row contains (c-1, Lovelace, US).',
      constraint: 'positive',
    });
    const { err } = write((logger) => logger.error({ err: error }, 'failed'));
    expect(err).toMatchObject({ code: '23514', constraint: 'positive', message: error.message });
    expect(JSON.stringify(err)).not.toContain('Lovelace');
  });

  test('keeps what is none: ids, amounts, times, addresses of services', () => {
    const fields = {
      orderId: 'c-4242-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      at: '2026-11-26T13:00:00.000Z',
      amount: 5998,
      id: '018f4c1e-7b7e-7d3e-9c39-0d2c7a1f4e55',
      url: 'http://127.0.0.1:8080/orders/c-1',
      milliseconds: '1764162000000',
      node: 'rabbit@localhost',
      package: '@temporalio/worker',
      nothing: null,
      none: undefined,
      ok: true,
    };
    const { none: _, ...kept } = fields;
    expect(write((logger) => logger.info(fields, 'an order'))).toMatchObject(kept);
  });

  test('ends where an object holds itself, or is deeper than anything that is meant', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level++) deep = { deep };
    const line = write((logger) => logger.info({ circle, deep, bytes: Buffer.alloc(5) }, 'odd'));
    expect(line).toMatchObject({ circle: { name: 'circle', self: '[circular]' }, bytes: '[5 bytes]' });
    expect(JSON.stringify(line)).toContain('[deeper]');
  });
});

test('a text that is nothing but beginnings of a form is cut off, and takes no time that grows with it', () => {
  for (const piece of ['a@', 'a.', '4 ', 'sk_', 'eyJ.', 'Bearer ', 'x://a:', '-----BEGIN PRIVATE KEY-----'])
    expect(redactText(piece.repeat(300_000)).length).toBeLessThan(33_000);
});
