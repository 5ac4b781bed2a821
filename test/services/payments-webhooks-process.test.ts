import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { type Parts, startParts } from '../../parts/index.ts';
import { openDatabase } from '../../platform/database.ts';
import { openTemporalClient } from '../../platform/temporal-client.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../../workflows/checkout/messages.ts';

const secret = 'whsec_of_the_process';

let parts: Parts;
let child: ChildProcess | undefined;

beforeAll(async () => {
  parts = await startParts({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-')),
    names: ['temporal'],
    temporary: true,
    report: (line) => process.stderr.write(`${line}\n`),
  });
});
afterEach(async () => {
  if (child && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});
afterAll(() => parts.stop());

function start(environment: Record<string, string>): ChildProcess {
  child = spawn(process.execPath, ['roles/main.ts', 'payment-webhooks'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: process.env['DATABASE_URL'],
      TEMPORAL_ADDRESS: parts.temporal.address,
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child;
}

const firstLine = async (stream: NodeJS.ReadableStream | null) => {
  for await (const line of createInterface({ input: stream as NodeJS.ReadableStream })) return line;
  throw new Error('the process said nothing');
};

/** A payment that a checkout waits for, as the payments service keeps it. */
async function awaitedPayment() {
  const checkoutId = `checkout-${randomBytes(6).toString('hex')}`;
  const intentId = `pi_${checkoutId}`;
  const database = openDatabase<unknown>({ url: String(process.env['DATABASE_URL']), schema: 'payments' });
  await sql`
    insert into payments (payment_id, content_hash, checkout_id, customer_id, amount, currency, payment_method,
      intent_id, is_awaited)
    values (${`${checkoutId}-1`}, 'hash', ${checkoutId}, 'c-42', 5998, 'USD', 'pm_card_visa', ${intentId}, true)
  `.execute(database);
  await database.destroy();
  return { checkoutId, intentId };
}

async function send(address: string, intentId: string): Promise<number> {
  const object = { id: intentId, object: 'payment_intent' };
  const payload = JSON.stringify({ id: `evt_${randomBytes(6).toString('hex')}`, data: { object } });
  const answer = await fetch(`${address}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }),
    },
    body: payload,
  });
  return answer.status;
}

test('it starts and refuses while Temporal is away, signals the checkout, and does not mind one that has ended', async () => {
  await parts.kill('temporal');
  const started = start({ PAYMENT_WEBHOOK_SECRET: secret });
  const ready = await firstLine(started.stdout);
  expect(ready).toMatch(/^payment-webhooks ready http:/);
  const address = ready.replace(/^.* /, '');
  const { checkoutId, intentId } = await awaitedPayment();
  expect(await send(address, intentId)).toBe(503);

  await parts.start('temporal');
  const { client, connection } = openTemporalClient({ TEMPORAL_ADDRESS: parts.temporal.address });
  const checkout = await client.workflow.start(checkoutWorkflow, {
    taskQueue: 'without-workers',
    workflowId: checkoutWorkflowId(checkoutId),
  });
  let answer = 503;
  while (answer === 503) answer = await send(address, intentId);
  expect(answer).toBe(200);
  const { events } = await checkout.fetchHistory();
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? []);
  expect(signals.map(({ signalName }) => signalName)).toEqual(['paymentChanged']);
  const argument = signals[0]?.input?.payloads?.[0];
  expect(argument && defaultPayloadConverter.fromPayload(argument)).toEqual({ paymentId: `${checkoutId}-1` });

  await checkout.terminate();
  expect(await send(address, intentId)).toBe(200);
  await connection.close();
  const ended = once(started, 'exit');
  started.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('without the signing secret it does not start, and says what to set', async () => {
  const started = start({});
  const [line, [code]] = await Promise.all([firstLine(started.stderr), once(started, 'exit')]);
  expect({ line, code }).toEqual({
    line: 'payment-webhooks: PAYMENT_WEBHOOK_SECRET is missing: set it in the environment',
    code: 2,
  });
});
