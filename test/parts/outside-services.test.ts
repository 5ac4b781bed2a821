import { describe, expect, test } from '@jest/globals';
import { describeVariables, doublesReplacedBy, readOutsideServices } from '../../ops/system/outside-services.ts';

const stripe = { PAYMENT_PROVIDER_URL: 'https://api.stripe.com', PAYMENT_PROVIDER_KEY: 'sk_test_1' };
const noProfile = { TEMPORAL_CONFIG_FILE: '' };
const describeIn = async (shell: Record<string, string>) =>
  describeVariables(await readOutsideServices(shell), { ...noProfile, HOME: '/none', ...shell });

describe('what is outside of the system', () => {
  test('is nothing where no variable names it', async () => {
    const outside = await readOutsideServices({ PAYMENT_PROVIDER_URL: '', SMTP_URL: '', PAYMENT_PROVIDER_KEY: 'key' });
    expect(outside).toEqual({});
    expect(doublesReplacedBy(outside)).toEqual([]);
  });

  test('takes the place of the double that stands in for it', async () => {
    const outside = await readOutsideServices({
      ...stripe,
      SMTP_URL: 'smtps://mail.example',
      PAYMENT_WEBHOOK_SECRET: 's',
    });
    expect(outside).toEqual({
      paymentProvider: { url: 'https://api.stripe.com', key: 'sk_test_1', webhookSecret: 's' },
      mailServer: 'smtps://mail.example',
    });
    expect(doublesReplacedBy(outside)).toEqual(['payment-simulator', 'mail-sink']);
  });

  test.each([
    [
      { PAYMENT_PROVIDER_URL: 'https://api.stripe.com' },
      /^PAYMENT_PROVIDER_KEY is missing: .*unset PAYMENT_PROVIDER_URL/,
    ],
    [{ PAYMENT_PROVIDER_URL: 'stripe' }, /^PAYMENT_PROVIDER_URL is wrong: use https/],
    [{ SMTP_URL: 'mail.example:25' }, /^SMTP_URL is wrong: use smtp:/],
    [{ HOST: '0.0.0.0' }, /^HOST is wrong: 0.0.0.0 is reached from other machines, in clear text; set TLS_CERT_FILE/],
    [{ SMTP_URL: 'smtp://mail.example' }, /^SMTP_URL is wrong: .* clear text; use smtps:.* ALLOW_CLEAR_TEXT=SMTP_URL$/],
    [{ AMQP_URL: 'amqp://broker' }, /^AMQP_URL is wrong: .* clear text; use amqps:/],
    [{ DATABASE_URL: 'postgres://db/x' }, /^DATABASE_URL is wrong: .* clear text; use \?sslmode=verify-full/],
    [
      { TEMPORAL_ADDRESS: 'temporal.example:7233', ...noProfile },
      /^TEMPORAL_ADDRESS is wrong: .* clear text; set TEMPORAL_TLS/,
    ],
    [
      { ...stripe, PAYMENT_PROVIDER_URL: 'http://api.stripe.com', ALLOW_CLEAR_TEXT: 'true' },
      /^PAYMENT_PROVIDER_URL is wrong: .* clear text; use https/,
    ],
    [{ TLS_CERT_FILE: '/none.pem' }, /^TLS_KEY_FILE is missing/],
    [{ HOST: '203.0.113.1' }, /^HOST is wrong: 203.0.113.1 is no address of this machine .*or unset it$/],
  ])('is refused where a variable is wrong, by its name and with the remedy: %j', async (shell, message) => {
    await expect(readOutsideServices(shell)).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringMatching(message),
    });
  });

  test.each(['my-laptop.local', 'x86_64-conda-linux-gnu', 'localhost.localdomain'])(
    'is no address that a shell made of the name of its machine: %s',
    async (HOST) => {
      expect(await readOutsideServices({ HOST })).toEqual({});
      expect(await describeIn({ HOST })).toContainEqual(expect.stringMatching(`^HOST is set to ${HOST}, .*unset it$`));
    },
  );

  test('is an address of this machine to listen on', async () => {
    const shell = { HOST: '0.0.0.0', ALLOW_CLEAR_TEXT: 'HOST' };
    expect(await readOutsideServices(shell)).toEqual({ host: '0.0.0.0' });
    expect(await describeIn(shell)).toContain('ALLOW_CLEAR_TEXT is set: what HOST names may be sent in clear text');
  });
});

describe('the first lines of npm start', () => {
  test('say that everything is started here', async () => {
    expect(await describeIn({})).toEqual([
      'Started here: Temporal, RabbitMQ, PostgreSQL, a payment simulator, a mail sink',
    ]);
  });

  test('name each variable that decides something, and no password', async () => {
    const lines = await describeIn({
      ...stripe,
      DATABASE_URL: 'postgres://me:secret@db/x?sslmode=verify-full',
      AMQP_URL: 'amqps://me:secret@broker',
      TEMPORAL_ADDRESS: 'a.tmprl.cloud:7233',
      TEMPORAL_API_KEY: 'secret',
      SMTP_URL: 'smtps://me:secret@mail.example',
      HOST: '127.0.0.1',
      OTEL_TRACES_FILE: '/traces',
    });
    expect(lines).toEqual([
      'TEMPORAL_ADDRESS is set: Temporal is the one at a.tmprl.cloud:7233',
      'AMQP_URL is set: RabbitMQ is the one at amqps://me:…@broker',
      'DATABASE_URL is set: PostgreSQL is the one at postgres://me:…@db/x?sslmode=verify-full',
      'PAYMENT_PROVIDER_URL is set: the simulator is not started; payments go to https://api.stripe.com',
      'SMTP_URL is set: the mail sink is not started; mails go to smtps://me:…@mail.example',
      'OTEL_TRACES_FILE is set: traces are written to /traces',
      'HOST is set: the processes listen on 127.0.0.1',
      'PAYMENT_WEBHOOK_SECRET is not set: webhooks of the provider are refused until it is',
    ]);
  });
});
