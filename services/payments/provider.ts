import Stripe from 'stripe';
import { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { observeCall } from '../../platform/calls.ts';
import { isLoopback } from '../../platform/shell.ts';
import { isReadable } from '../../platform/transport/clear-text.ts';
import { type CallTime, limitCalls } from './call-time.ts';
import { isReplayed, toServiceFailure } from './provider-failures.ts';
import type { PaymentRow } from './store.ts';

/** The version of Stripe's API that this code was written for. */
const stripeVersion = '2026-10-28.endive';

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
    /** Where the provider sends the customer who has confirmed a payment to the bank, or has not. */
    PAYMENT_RETURN_URL: z
      .url({ protocol: /^https?$/, error: 'use the address of a page of the shop: https://…' })
      .default('https://shop.example/checkout/return'),
  })
  .refine((settings) => settings.PAYMENT_PROVIDER_KEY || isLoopback(settings.PAYMENT_PROVIDER_URL), {
    path: ['PAYMENT_PROVIDER_KEY'],
    error: 'a provider that is not on this machine needs its secret key',
  })
  .refine((settings) => !isReadable(settings.PAYMENT_PROVIDER_URL), {
    path: ['PAYMENT_PROVIDER_URL'],
    error: 'the secret key and the payments leave this machine in clear text, which nothing allows; use https://',
  });

export type ProviderSettings = z.infer<typeof providerEnvironment>;

/** The calls that this service makes. Every one throws a {@link ServiceFailure}; see `toServiceFailure` for its types. */
export interface PaymentProvider {
  /** Where it sends the customer after a challenge, unless the payment says otherwise. */
  readonly returnUrl: string;
  /** Makes an intent that moves no money before it is confirmed. */
  createIntent(payment: PaymentRow): Promise<Stripe.PaymentIntent>;
  confirmIntent(intentId: string, payment: PaymentRow): Promise<Stripe.PaymentIntent>;
  captureIntent(intentId: string, paymentId: PaymentId): Promise<Stripe.PaymentIntent>;
  cancelIntent(intentId: string, paymentId: PaymentId): Promise<Stripe.PaymentIntent>;
  /** The intent as it is now, with its latest charge and its review. */
  retrieveIntent(intentId: string): Promise<Stripe.PaymentIntent>;
  approveReview(reviewId: string, paymentId: PaymentId): Promise<void>;
  /** Gives `amount` minor units back, or all that is left when it is absent; `step` completes the idempotency key. */
  refundIntent(intentId: string, paymentId: PaymentId, step: string, amount?: number): Promise<void>;
  /** Whether the refund of this step was made. */
  hasRefund(intentId: string, step: string): Promise<boolean>;
  retrieveRefund(refundId: string): Promise<Stripe.Refund>;
  retrieveDispute(disputeId: string): Promise<Stripe.Dispute>;
  /** One page of the intents, the refunds or the disputes, newest first. */
  listIntents(page: PageRequest): Promise<Page<Stripe.PaymentIntent>>;
  listRefunds(page: PageRequest): Promise<Page<Stripe.Refund>>;
  listDisputes(page: PageRequest): Promise<Page<Stripe.Dispute>>;
}

export interface PageRequest {
  /** Only what was made since then: ISO 8601 in UTC. */
  readonly since?: string | undefined;
  /** The last object of the page before. */
  readonly after?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** The longest page that Stripe gives. */
const pageSize = 100;

/** What a payment is for, as the provider's dashboard shows it; the same for ever, since it is part of an idempotent call. */
const ownerOf = ({ checkoutId, workflowId }: Pick<PaymentRow, 'checkoutId' | 'workflowId'>) =>
  checkoutId === null ? { workflow_id: workflowId } : { checkout_id: checkoutId };

const listParameters = ({ since, after }: PageRequest) => ({
  limit: pageSize,
  ...(since !== undefined && { created: { gte: Math.floor(Date.parse(since) / 1000) } }),
  ...(after !== undefined && { starting_after: after }),
});

/** @returns the provider for one caller, for no longer than that caller waits */
export function createPaymentProvider(settings: ProviderSettings): (caller: CallTime) => PaymentProvider {
  const url = new URL(settings.PAYMENT_PROVIDER_URL);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  const stripe = new Stripe(settings.PAYMENT_PROVIDER_KEY ?? 'sk_test_simulator', {
    apiVersion: stripeVersion,
    // Without the brackets of an IPv6 address.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (protocol === 'http' ? 80 : 443),
    protocol,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  return (caller) => observe(limitedProvider(stripe, settings, caller));
}

/** Measures and traces every call, by the name of its method. */
function observe({ returnUrl, ...calls }: PaymentProvider): PaymentProvider {
  const observed = Object.entries(calls).map(([operation, call]) => [
    operation,
    (...parameters: unknown[]) =>
      observeCall({ protocol: 'http', side: 'client', service: 'payment-provider', operation }, () =>
        (call as (...all: unknown[]) => Promise<unknown>)(...parameters),
      ),
  ]);
  return { returnUrl, ...Object.fromEntries(observed) };
}

function limitedProvider(stripe: Stripe, settings: ProviderSettings, caller: CallTime): PaymentProvider {
  const limited = limitCalls(caller, settings.PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS);
  const call = async <Result>(request: (options: Stripe.RequestOptions) => Promise<Result>): Promise<Result> => {
    try {
      return await limited((timeout) => request({ timeout }));
    } catch (error) {
      throw toServiceFailure(error);
    }
  };
  const post = <Result>(key: string, request: (options: Stripe.RequestOptions) => Promise<Result>) =>
    call((options) => request({ ...options, idempotencyKey: key }));
  const retrieveIntent = (intentId: string) =>
    call((options) => stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge', 'review'] }, options));
  /** A stored answer tells how the intent was when the key was first used: what it is now has to be read. */
  const current = async (answer: Promise<Stripe.Response<Stripe.PaymentIntent>>) => {
    const intent = await answer;
    return isReplayed(intent.lastResponse.headers) ? retrieveIntent(intent.id) : intent;
  };

  const page = async <Item>(
    list: (options: Stripe.RequestOptions) => Promise<Stripe.ApiList<Item>>,
  ): Promise<Page<Item>> => {
    const { data, has_more: hasMore } = await call(list);
    return { items: data, hasMore };
  };

  return {
    returnUrl: settings.PAYMENT_RETURN_URL,
    createIntent: ({ paymentId, amount, currency, paymentMethod, customerId, ...payment }) =>
      current(
        post(`${paymentId}/create`, (options) =>
          stripe.paymentIntents.create(
            {
              amount,
              currency: currency.toLowerCase(),
              capture_method: 'manual',
              payment_method: paymentMethod,
              allowed_payment_method_types: ['card'],
              metadata: { payment_id: paymentId, ...ownerOf(payment), customer_id: customerId },
            },
            options,
          ),
        ),
      ),
    confirmIntent: (intentId, { paymentId, returnUrl }) =>
      current(
        post(`${paymentId}/confirm`, (options) =>
          stripe.paymentIntents.confirm(
            intentId,
            { expand: ['review'], ...(returnUrl !== null && { return_url: returnUrl }) },
            options,
          ),
        ),
      ),
    captureIntent: (intentId, paymentId) =>
      current(post(`${paymentId}/capture`, (options) => stripe.paymentIntents.capture(intentId, {}, options))),
    cancelIntent: (intentId, paymentId) =>
      post(`${paymentId}/cancel`, (options) => stripe.paymentIntents.cancel(intentId, {}, options)),
    retrieveIntent,
    approveReview: async (reviewId, paymentId) => {
      await post(`${paymentId}/approve-review`, (options) => stripe.reviews.approve(reviewId, {}, options));
    },
    refundIntent: async (intentId, paymentId, step, amount) => {
      const refund = await post(`${paymentId}/${step}`, (options) =>
        stripe.refunds.create(
          { payment_intent: intentId, ...(amount && { amount }), metadata: { payment_id: paymentId, step } },
          options,
        ),
      );
      if (!isGiven(refund)) {
        throw new ServiceFailure('InvalidState', `The payment provider could not give the money back: ${refund.id}`);
      }
    },
    hasRefund: (intentId, step) =>
      call(async (options) => {
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 }, options)) {
          if (refund.metadata?.['step'] === step && isGiven(refund)) return true;
        }
        return false;
      }),
    retrieveRefund: (refundId) => call((options) => stripe.refunds.retrieve(refundId, {}, options)),
    retrieveDispute: (disputeId) => call((options) => stripe.disputes.retrieve(disputeId, {}, options)),
    listIntents: (asked) => page((options) => stripe.paymentIntents.list(listParameters(asked), options)),
    listRefunds: (asked) => page((options) => stripe.refunds.list(listParameters(asked), options)),
    listDisputes: (asked) => page((options) => stripe.disputes.list(listParameters(asked), options)),
  };
}

/** Whether the money is on its way back, or there. */
export const isGiven = ({ status }: Stripe.Refund) => status !== 'failed' && status !== 'canceled';
