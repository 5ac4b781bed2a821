import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { execa } from 'execa';
import { pino } from 'pino';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { cart, openShop } from '../../demo/shop.ts';
import { listenForMails } from '../../doubles/mail-sink/smtp.ts';
import type { IncomingMail } from '../../doubles/mail-sink/store.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { loginsFile, withLogin } from '../../ops/privileges/logins.ts';
import { choosePort } from '../../parts/ports.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const data = mkdtemp(path.join(tmpdir(), 'durable-checkout-start-'));

afterAll(async () => rm(await data, { recursive: true, force: true }));

const tier = `${subscriptions.ledger.queue}.retry.10m`;

/** `npm start` as a user would. */
const launch = (folder: string, shell: Readonly<Record<string, string>> = {}) =>
  execa('node', ['ops/bootstrap.mjs', 'ops/start.ts', '--data', folder], {
    cwd: project,
    env: { NODE_OPTIONS: '', PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000', ...shell },
    reject: false,
    all: true,
  });

async function start(
  shell?: Readonly<Record<string, string>>,
): Promise<{ process: ReturnType<typeof launch>; addresses: Record<string, string> }> {
  const folder = await data;
  const started = launch(folder, shell);
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    started.all.on('data', (text: Buffer) => {
      printed += text.toString('utf8');
      if (printed.includes('Everything is ready')) resolve();
    });
    void started.then(() => reject(new Error(`npm start ended: ${printed}`)));
  });
  return { process: started, addresses: JSON.parse(await readFile(path.join(folder, 'addresses.json'), 'utf8')) };
}

const launchProvider = (databaseUrl: string, port: number) =>
  execa('node', ['roles/main.ts', 'payment-simulator'], {
    cwd: project,
    env: { NODE_OPTIONS: '', DATABASE_URL: databaseUrl, PORT: String(port) },
    reject: false,
  });

/** The database for a role that is none of the running system's: the address in the file is that of who may only read. */
async function databaseOf(login: string, { DATABASE_URL }: Readonly<Record<string, string>>): Promise<string> {
  const { database } = JSON.parse(await readFile(loginsFile(await data), 'utf8'));
  return withLogin(String(DATABASE_URL), login, database[login]);
}

/** A payment provider and a mail server outside of the system, as a user has them who tries it with their own. */
async function openOutside() {
  const mails = new EventEmitter<{ mail: [IncomingMail] }>();
  const [port, smtpPort] = [await choosePort(), await choosePort()];
  const keep = async (mail: IncomingMail) => void mails.emit('mail', mail);
  const smtp = await listenForMails({ host: '127.0.0.1', port: smtpPort, logger: pino({ level: 'silent' }), keep });
  let provider: ReturnType<typeof launchProvider> | undefined;
  return {
    shell: {
      PAYMENT_PROVIDER_URL: `http://127.0.0.1:${port}`,
      PAYMENT_PROVIDER_KEY: 'sk_test_outside',
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    },
    mail: once(mails, 'mail') as Promise<[IncomingMail]>,
    /** It knows the payments that were made before. */
    startProvider(databaseUrl: string) {
      provider = launchProvider(databaseUrl, port);
    },
    async close() {
      provider?.kill('SIGTERM');
      await provider;
      await smtp.stop();
    },
  };
}

/** As an earlier release might have declared it; nothing consumes it. */
async function declareOtherwise(amqpUrl: string): Promise<void> {
  const model = await amqp.connect(amqpUrl);
  const channel = await model.createConfirmChannel();
  await channel.deleteQueue(tier);
  await channel.assertQueue(tier, { arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': 3_600_000 } });
  channel.sendToQueue(tier, Buffer.from('kept'), { persistent: true });
  await channel.waitForConfirms();
  await model.close();
}

test('npm start says where everything is; after Ctrl-C and another start an open checkout goes on to its end, a queue of other arguments is re-declared, and a provider and a mail server of their own take the place of the doubles', async () => {
  const first = await start();
  const { client, connection } = await connectTemporalClient(first.addresses);
  await openShop(createServiceClients(first.addresses));
  // Its authorization hangs for some seconds, so that the stop finds it open.
  const input = cart('start-open', { paymentMethod: 'pm_fault_hang_before' });
  const placed = new CheckoutClient(client).startCheckout(input).catch(() => undefined);
  const status = () => new CheckoutClient(client).status(input.checkoutId).catch(() => undefined);
  while (!(await status())?.steps.some(({ name }) => name === 'authorize the payment'));
  await declareOtherwise(`${first.addresses['AMQP_URL']}`);
  first.process.kill('SIGINT');
  const stopped = await first.process;
  await placed;
  await connection.close();
  expect(stopped.exitCode).toBe(0);
  expect(stopped.all).toContain('Temporal Web UI');
  expect(stopped.all).toContain('Stopped.');

  const outside = await openOutside();
  const second = await start(outside.shell);
  outside.startProvider(await databaseOf('payment_simulator', second.addresses));
  const again = await connectTemporalClient(second.addresses);
  const result = await new CheckoutClient(again.client).waitForResult(input.checkoutId);
  const [mail] = await outside.mail;
  await again.connection.close();
  await outside.close();
  second.process.kill('SIGINT');
  expect(result).toMatchObject({ outcome: 'completed' });
  expect(mail.to).toEqual([expect.stringContaining('@example.org')]);
  const stoppedAgain = await second.process;
  expect(stoppedAgain.all).toContain(`payments go to ${outside.shell.PAYMENT_PROVIDER_URL}`);
  expect(stoppedAgain.all).toContain(`mails go to ${outside.shell.SMTP_URL}`);
  expect(stoppedAgain.all).not.toMatch(/^ +(payment-simulator|mail-sink) /m);
  expect(stopped.all).toMatch(/^ +payment-simulator .*\n(.*\n)* +mail-sink /m);
  expect(stoppedAgain.exitCode).toBe(0);
  expect(stoppedAgain.all).toContain(`RabbitMQ: ${tier}: declared as described, 1 message brought back`);
}, 180_000);
