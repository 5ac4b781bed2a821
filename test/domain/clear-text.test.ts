import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigurationError, readConfiguration } from '../../platform/configuration.ts';
import { temporalSettings } from '../../platform/temporal-client.ts';
import { describeAllowance, isReadable } from '../../platform/transport/clear-text.ts';
import { providerEnvironment } from '../../services/payments/provider.ts';

describe('an address in clear text', () => {
  test.each([
    'http://orders:8080',
    'http://10.0.0.1',
    'amqp://user:secret@rabbitmq:5672',
    'postgres://user:secret@db/shop',
    'postgres://user:secret@db/shop?sslmode=require',
    'postgres://user:secret@db/shop?sslmode=verify-full&sslmode=disable',
    'postgresql://user:secret@127.0.0.1/shop?host=db',
    'smtp://mail:25',
    'smtp://mail:587?requireTLS=false',
    'smtps://mail:465?tls.rejectUnauthorized=false',
    'ftp://files',
    'http://127.0.0.1.evil.example',
  ])('is %s', (address) => {
    expect(isReadable(address)).toBe(true);
  });

  test.each([
    'https://orders:8080',
    'amqps://user:secret@rabbitmq',
    'postgres://user:secret@db/shop?sslmode=verify-full',
    'postgres://user@/shop?host=/var/run/postgresql',
    'smtps://mail:465',
    'smtp://mail:587?requireTLS=true',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'amqp://guest:guest@localhost:5672',
    'postgres://postgres@127.0.0.1:5432/postgres',
    'smtp://localhost:1025',
  ])('is not %s', (address) => {
    expect(isReadable(address)).toBe(false);
  });
});

const schema = z.object({
  AMQP_URL: z.url().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  PORT: z.coerce.number().optional(),
  TEMPORAL_METRICS_PORT: z.coerce.number().optional(),
});

const refusalOf = (environment: Record<string, string>): string => {
  try {
    readConfiguration(schema, environment);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
};

describe('a configuration', () => {
  const AMQP_URL = 'amqp://user:secret@rabbitmq:5672';

  test('is refused with a line for each address in clear text, which does not hold its password', () => {
    expect(refusalOf({ AMQP_URL, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' })).toBe(
      'AMQP_URL is wrong: what is sent there leaves this machine in clear text; use amqps://, or allow it with ALLOW_CLEAR_TEXT=AMQP_URL\n' +
        'OTEL_EXPORTER_OTLP_ENDPOINT is wrong: what is sent there leaves this machine in clear text; use https://, or allow it with ALLOW_CLEAR_TEXT=OTEL_EXPORTER_OTLP_ENDPOINT',
    );
  });

  test.each(['true', 'AMQP_URL', 'HOST, AMQP_URL'])('is read where clear text is allowed: %s', (ALLOW_CLEAR_TEXT) => {
    expect(refusalOf({ AMQP_URL, ALLOW_CLEAR_TEXT })).toBe('none');
    expect(describeAllowance({ ALLOW_CLEAR_TEXT })).toContain('ALLOW_CLEAR_TEXT is set: ');
  });

  test.each(['false', '', 'HOST', 'AMQP', 'TRUE'])('is refused where another thing is allowed: %s', (allowed) => {
    expect(refusalOf({ AMQP_URL, ALLOW_CLEAR_TEXT: allowed })).toContain('AMQP_URL is wrong');
  });

  test('says nothing of clear text where none is allowed', () => {
    expect(describeAllowance({})).toBeUndefined();
    expect(describeAllowance({ ALLOW_CLEAR_TEXT: 'false' })).toBeUndefined();
  });

  test('is refused where a port would be served in clear text to other machines', () => {
    expect(refusalOf({ HOST: '0.0.0.0', PORT: '80' })).toBe(
      'HOST is wrong: 0.0.0.0 is reached from other machines, in clear text; set TLS_CERT_FILE and TLS_KEY_FILE, or allow it with ALLOW_CLEAR_TEXT=HOST',
    );
    expect(refusalOf({ HOST: '::', PORT: '80' })).toContain('HOST is wrong: ::');
  });

  test.each([
    { HOST: '127.0.0.1', PORT: '80' },
    { HOST: '::1', PORT: '80' },
    { HOST: '0.0.0.0' },
    { HOST: '0.0.0.0', PORT: '80', TLS_CERT_FILE: '/cert.pem', TLS_KEY_FILE: '/key.pem' },
    { HOST: '0.0.0.0', PORT: '80', ALLOW_CLEAR_TEXT: 'HOST' },
  ])('may listen: %j', (environment) => {
    expect(refusalOf(environment as unknown as Record<string, string>)).toBe('none');
  });

  test("says that the metrics of Temporal's SDK have no TLS, whatever certificate there is", () => {
    const environment = { HOST: '0.0.0.0', TEMPORAL_METRICS_PORT: '9000', TLS_CERT_FILE: '/cert.pem' };
    expect(refusalOf(environment)).toBe(
      "TEMPORAL_METRICS_PORT is wrong: it would be served on 0.0.0.0 in clear text, since Temporal's SDK has no TLS for it; unset it, or allow it with ALLOW_CLEAR_TEXT=TEMPORAL_METRICS_PORT",
    );
    expect(refusalOf({ ...environment, ALLOW_CLEAR_TEXT: 'TEMPORAL_METRICS_PORT' })).toBe('none');
  });
});

describe('the payment provider', () => {
  const outside = { PAYMENT_PROVIDER_KEY: 'sk_live_1', ALLOW_CLEAR_TEXT: 'true' };

  test('is never sent anything in clear text, whatever is allowed', () => {
    expect(() =>
      readConfiguration(providerEnvironment, { ...outside, PAYMENT_PROVIDER_URL: 'http://api.stripe.com' }),
    ).toThrow('PAYMENT_PROVIDER_URL is wrong: the secret key and the payments leave this machine in clear text');
    const encrypted = { ...outside, PAYMENT_PROVIDER_URL: 'https://api.stripe.com' };
    expect(readConfiguration(providerEnvironment, encrypted).PAYMENT_PROVIDER_KEY).toBe('sk_live_1');
  });
});

describe('Temporal', () => {
  const TEMPORAL_ADDRESS = 'temporal.example:7233';

  test('is reached in clear text only where that is allowed', () => {
    expect(() => temporalSettings({ TEMPORAL_ADDRESS, TEMPORAL_CONFIG_FILE: '/none' })).toThrow(
      'TEMPORAL_ADDRESS is wrong: what is sent to temporal.example:7233 leaves this machine in clear text; set TEMPORAL_TLS=true, or allow it with ALLOW_CLEAR_TEXT=TEMPORAL_ADDRESS',
    );
    const environment = { TEMPORAL_ADDRESS, TEMPORAL_CONFIG_FILE: '/none' };
    expect(temporalSettings({ ...environment, TEMPORAL_TLS: 'true' }).address).toBe(TEMPORAL_ADDRESS);
    expect(temporalSettings({ ...environment, ALLOW_CLEAR_TEXT: 'true' }).address).toBe(TEMPORAL_ADDRESS);
    expect(temporalSettings({ ...environment, TEMPORAL_API_KEY: 'key' }).connectionOptions.tls).toBe(true);
  });
});
