import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { newPayment, startPayments, webhookSecret } from './payments-environment.ts';

interface Sent {
  readonly secret?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly signature?: string | null;
}

/** An event as the provider sends one. */
export const eventOf = (intentId: string | undefined, more: object = {}) => ({
  id: `evt_${randomBytes(8).toString('hex')}`,
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: { id: intentId, object: 'payment_intent', status: 'succeeded', ...more } },
});

/** The payments service and its receiver, and a sender of webhooks beside the provider. */
export async function startWebhooks() {
  const payments = await startPayments();

  /** Sends an event, by default signed as it should be. */
  async function send(event: object | string, { secret = webhookSecret, timestamp, signature }: Sent = {}) {
    const payload = typeof event === 'string' ? event : JSON.stringify(event);
    const signed =
      signature === undefined
        ? Stripe.webhooks.generateTestHeaderString({ payload, secret, ...(timestamp && { timestamp }) })
        : signature;
    const answer = await fetch(payments.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(signed && { 'stripe-signature': signed }) },
      body: payload,
    });
    const { type, ...body } = (await answer.json()) as Record<string, unknown>;
    return { status: answer.status, failure: String(type ?? '').replace(/^.*:/, ''), form: answer.headers, body };
  }

  async function isRemembered(eventId: string): Promise<boolean> {
    const { rows } = await sql`select 1 from webhook_events where event_id = ${eventId}`.execute(payments.database);
    return rows.length > 0;
  }

  /** A payment that waits for the customer; `told` counts what its workflow is told from here on. */
  async function waiting(
    paymentMethod = 'pm_card_authenticationRequired',
    more: Parameters<typeof newPayment>[1] = {},
  ) {
    const request = newPayment(paymentMethod, more);
    const { intentId, nextAction } = await payments.client.authorize(request);
    await everythingArrived(String(intentId));
    const before = payments.signals.count(request);
    return { request, intentId, url: nextAction?.url, told: () => payments.signals.count(request) - before };
  }

  /** Until a workflow was told something. */
  async function untilTold(told: () => number) {
    while (told() === 0) await payments.signals.next();
  }

  /** Until every webhook about an intent has arrived. */
  async function everythingArrived(intentId: string) {
    for (;;) {
      const { rows } = await sql`
        select 1 from webhook_deliveries join events on events.id = event_id
        where intent_id = ${intentId} and state = 'pending'
      `.execute(payments.simulatorDatabase);
      if (rows.length === 0) return;
    }
  }

  return { payments, send, isRemembered, waiting, untilTold, everythingArrived };
}
