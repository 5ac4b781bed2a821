import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import Stripe from 'stripe';
import {
  administer,
  connectStripe,
  type Receiver,
  type Simulator,
  startReceiver,
  startSimulator,
} from './payments-simulator-environment.ts';

const secret = 'whsec_test';
const authorizedType = 'payment_intent.amount_capturable_updated';

const children: ChildProcess[] = [];
let receiver: Receiver;
let simulator: Simulator;
beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ webhook: { url: receiver.url, secret } });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await simulator.stop();
  await receiver.stop();
});

describe('an effect and its event are one', () => {
  test('without the event there is no effect, and the same key makes both', async () => {
    const { id } = await simulator.createIntent();
    const options = { idempotencyKey: `${id}/confirm` };
    await sql`alter table events add constraint broken check (false) not valid`.execute(simulator.database);
    await expect(simulator.stripe.paymentIntents.confirm(id, {}, options)).rejects.toMatchObject({ statusCode: 500 });
    expect(await simulator.movements(id)).toEqual([]);
    expect(await simulator.truth(id)).toMatchObject({ status: 'requires_confirmation', held: 0 });

    await sql`alter table events drop constraint broken`.execute(simulator.database);
    await simulator.stripe.paymentIntents.confirm(id, {}, options);
    expect(await simulator.movements(id)).toEqual(['authorized 5998']);
    await receiver.waitFor(1);
    expect(await simulator.eventTypes(id)).toEqual([authorizedType]);
  });

  test('a simulator that is killed before it knows that the event has arrived tells it again after its restart', async () => {
    let killed: ChildProcess | undefined;
    receiver.answerWith(() => {
      killed?.kill('SIGKILL');
      return 200;
    });
    const first = await startProcess();
    killed = first.child;
    const stripe = connectStripe(first.address);
    await administer(first.address, 'PUT', 'webhook_faults', { seed: 'seed', early: 1 });
    const { id } = await stripe.paymentIntents.create({
      amount: 5998,
      currency: 'usd',
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
    });
    const exit = once(first.child, 'exit');
    await expect(stripe.paymentIntents.confirm(id)).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    await exit;

    killed = undefined;
    const second = await startProcess();
    await receiver.waitFor(2);
    const ids = receiver.received.map(({ body }) => (JSON.parse(body) as Stripe.Event).id);
    expect(new Set(ids).size).toBe(1);
    expect(await connectStripe(second.address).paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
    });
  });
});

/** The simulator as a process of its own, on the schema that all such processes share. */
async function startProcess(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, ['roles/main.ts', 'payment-simulator'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: process.env['DATABASE_URL'],
      LOG_LEVEL: 'silent',
      PORT: '0',
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^payment-simulator ready (\S+)$/.exec(line)?.[1];
    if (address) return { child, address };
  }
  throw new Error('the simulator did not start');
}
