import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { execa } from 'execa';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { cart, openShop } from '../../demo/shop.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const data = mkdtemp(path.join(tmpdir(), 'durable-checkout-start-'));

afterAll(async () => rm(await data, { recursive: true, force: true }));

const tier = `${subscriptions.ledger.queue}.retry.10m`;

/** `npm start` as a user would. */
const launch = (folder: string) =>
  execa('node', ['ops/bootstrap.mjs', 'ops/start.ts', '--data', folder], {
    cwd: project,
    env: { NODE_OPTIONS: '', PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: '2000' },
    reject: false,
    all: true,
  });

async function start(): Promise<{ process: ReturnType<typeof launch>; addresses: Record<string, string> }> {
  const folder = await data;
  const started = launch(folder);
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

/** As an earlier release might have declared it; nobody consumes it. */
async function declareOtherwise(amqpUrl: string): Promise<void> {
  const model = await amqp.connect(amqpUrl);
  const channel = await model.createConfirmChannel();
  await channel.deleteQueue(tier);
  await channel.assertQueue(tier, { arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': 3_600_000 } });
  channel.sendToQueue(tier, Buffer.from('kept'), { persistent: true });
  await channel.waitForConfirms();
  await model.close();
}

test('npm start says where everything is; after Ctrl-C and another start an open checkout goes on to its end, and a queue of other arguments is declared anew', async () => {
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

  const second = await start();
  const again = await connectTemporalClient(second.addresses);
  const result = await new CheckoutClient(again.client).waitForResult(input.checkoutId);
  await again.connection.close();
  second.process.kill('SIGINT');
  expect(result).toMatchObject({ outcome: 'completed' });
  const stoppedAgain = await second.process;
  expect(stoppedAgain.exitCode).toBe(0);
  expect(stoppedAgain.all).toContain(`RabbitMQ: ${tier}: declared as described, 1 message brought back`);
}, 180_000);
