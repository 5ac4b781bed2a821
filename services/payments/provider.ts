import Stripe from 'stripe';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { toServiceFailure } from './provider-failures.ts';
import type { PaymentRow } from './store.ts';

/** The version of Stripe's API that this code was written for. */
const stripeVersion = '2026-10-28.endive';

const isLoopback = (url: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** The provider's settings. A real account and the local simulator differ in nothing else. */
export const providerEnvironment = z
  .object({
    PAYMENT_PROVIDER_URL: z.url({
      protocol: /^https?$/,
      error: 'use https://api.stripe.com, or the address of the simulator',
    }),
    /** A secret key of Stripe; the simulator on the loopback address takes any test key. */
    PAYMENT_PROVIDER_KEY: z.string().optional(),
    PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS: z.coerce.number().int().min(1).max(80_000).default(6_000),
  })
  .refine((settings) => settings.PAYMENT_PROVIDER_KEY || isLoopback(settings.PAYMENT_PROVIDER_URL), {
    path: ['PAYMENT_PROVIDER_KEY'],
    error: 'a provider that is not on this machine needs its secret key',
  });

export type ProviderSettings = z.infer<typeof providerEnvironment>;

/** The calls that this service makes. Every one throws a {@link ServiceFailure}; see `toServiceFailure` for its types. */
export interface PaymentProvider {
  /** Makes an intent that moves no money before it is confirmed. */
  createIntent(payment: PaymentRow): Promise<Stripe.PaymentIntent>;
  confirmIntent(intentId: string, paymentId: PaymentId): Promise<Stripe.PaymentIntent>;
  captureIntent(intentId: string, paymentId: PaymentId): Promise<Stripe.PaymentIntent>;
  cancelIntent(intentId: string, paymentId: PaymentId): Promise<Stripe.PaymentIntent>;
  retrieveIntent(intentId: string): Promise<Stripe.PaymentIntent>;
  /** Gives `amount` minor units back, or all that is left when it is absent; `step` completes the idempotency key. */
  refundIntent(intentId: string, paymentId: PaymentId, step: string, amount?: number): Promise<void>;
  /** Whether the refund of this step was made. */
  hasRefund(intentId: string, step: string): Promise<boolean>;
}

export function createPaymentProvider(settings: ProviderSettings): PaymentProvider {
  const url = new URL(settings.PAYMENT_PROVIDER_URL);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  const stripe = new Stripe(settings.PAYMENT_PROVIDER_KEY ?? 'sk_test_simulator', {
    apiVersion: stripeVersion,
    host: url.hostname,
    port: url.port || (protocol === 'http' ? 80 : 443),
    protocol,
    timeout: settings.PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS,
    maxNetworkRetries: 0,
    telemetry: false,
  });

  const call = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      return await request();
    } catch (error) {
      throw toServiceFailure(error);
    }
  };
  const retrieveIntent = (intentId: string) =>
    call(() => stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }));
  /** A stored answer tells how the intent was when the key was first used: what it is now has to be read. */
  const current = async (intent: Stripe.Response<Stripe.PaymentIntent>) =>
    intent.lastResponse.headers['idempotent-replayed'] === 'true' ? retrieveIntent(intent.id) : intent;

  return {
    createIntent: (payment) =>
      call(async () =>
        current(
          await stripe.paymentIntents.create(
            {
              amount: payment.amount,
              currency: payment.currency.toLowerCase(),
              capture_method: 'manual',
              payment_method: payment.paymentMethod,
              allowed_payment_method_types: ['card'],
              metadata: {
                payment_id: payment.paymentId,
                checkout_id: payment.checkoutId,
                customer_id: payment.customerId,
              },
            },
            { idempotencyKey: `${payment.paymentId}/create` },
          ),
        ),
      ),
    confirmIntent: (intentId, paymentId) =>
      call(async () =>
        current(await stripe.paymentIntents.confirm(intentId, {}, { idempotencyKey: `${paymentId}/confirm` })),
      ),
    captureIntent: (intentId, paymentId) =>
      call(async () =>
        current(await stripe.paymentIntents.capture(intentId, {}, { idempotencyKey: `${paymentId}/capture` })),
      ),
    cancelIntent: (intentId, paymentId) =>
      call(() => stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey: `${paymentId}/cancel` })),
    retrieveIntent,
    refundIntent: (intentId, paymentId, step, amount) =>
      call(async () => {
        const refund = await stripe.refunds.create(
          { payment_intent: intentId, ...(amount && { amount }), metadata: { payment_id: paymentId, step } },
          { idempotencyKey: `${paymentId}/${step}` },
        );
        if (refund.status === 'failed' || refund.status === 'canceled') {
          throw new ServiceFailure('InvalidState', `The payment provider could not give the money back: ${refund.id}`);
        }
      }),
    hasRefund: (intentId, step) =>
      call(async () => {
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 })) {
          if (refund.metadata?.['step'] === step && refund.status !== 'failed' && refund.status !== 'canceled')
            return true;
        }
        return false;
      }),
  };
}
