import fc from 'fast-check';

/** A run is terminated at one of its calls, whose effect comes before, after everything else, or never. */
export interface Termination {
  readonly atCall: number;
  readonly effect: 'first' | 'late' | 'never';
}

/** What people do at the dashboard of the provider, and customers and banks without asking the shop. */
const providerActions = {
  captures: 1,
  cancels: 1,
  expires: 1,
  'refunds a part': 4,
  'refunds all that is left': 2,
  disputes: 3,
  'wins the dispute': 2,
  'loses the dispute': 1,
} as const;

export type ProviderAction = keyof typeof providerActions;

/** What people in billing do to the invoice: a bank transfer comes in, or a part is taken back. */
export type BillingAction = 'transfers a part' | 'transfers too much' | 'credits a part' | 'credits all';

/** What runs: a checkout and the refunds of its order; an invoice and two payments of it. */
export type RunOf = 'checkout' | 'refund' | 'another refund' | 'invoice' | 'payment' | 'another payment';

/** One thing that happens to an id. Each run follows the others as if Temporal had forgotten them. */
export type Action =
  | {
      readonly run: RunOf;
      /** `stranger`: under a workflow id that its business did not give it. */
      readonly as: 'same' | 'stranger' | 'other content';
      readonly terminated: Termination | undefined;
      readonly cancelledAtCall: number | undefined;
      /** Something is done at the provider, or in billing, right after a call, and the process is told. */
      readonly meanwhile:
        | { readonly atCall: number; readonly providerAction: ProviderAction | BillingAction }
        | undefined;
    }
  | { readonly run: 'two payments at once' }
  | { readonly run: 'in billing'; readonly billingAction: BillingAction }
  /** `isTold`: by a webhook at once. What that does not tell is told in the end, as the reconciliation does it. */
  | { readonly run: 'at the provider'; readonly providerAction: ProviderAction; readonly isTold: boolean }
  | { readonly run: 'sweep' }
  /** From now on the customer may buy nothing, and no product has a price. */
  | { readonly run: 'the world changes' };

/** What happens to one checkout id and the refunds of its order, and to an invoice and its payments, one after the other. */
export interface IdentitySequence {
  readonly process: 'sequence';
  readonly paymentMethod: string;
  /** What the bank's question or the review of a payment comes to, as soon as it is asked. */
  readonly whenAsked: 'yes' | 'no' | 'captures' | 'cancels' | 'expires';
  readonly actions: readonly Action[];
}

const call = fc.integer({ min: 1, max: 12 });

const terminated = fc.record({ atCall: call, effect: fc.constantFrom('first', 'late', 'never') });

/** @param weight against 4 times nothing */
const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, weight: number) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

const providerAction: fc.Arbitrary<ProviderAction> = fc.constantFrom(
  ...Object.entries(providerActions).flatMap(([name, weight]) =>
    Array.from({ length: weight }, () => name as ProviderAction),
  ),
);

const billingAction: fc.Arbitrary<BillingAction> = fc.constantFrom(
  'transfers a part',
  'transfers too much',
  'credits a part',
  'credits all',
);

const runOf = (runs: readonly RunOf[], meanwhile: fc.Arbitrary<ProviderAction | BillingAction>): fc.Arbitrary<Action> =>
  fc.record({
    run: fc.constantFrom(...runs),
    as: fc.constantFrom('same', 'same', 'stranger', 'other content'),
    terminated: sometimes(terminated, 3),
    cancelledAtCall: sometimes(call, 1),
    meanwhile: sometimes(fc.record({ atCall: call, providerAction: meanwhile }), 1),
  });

const orderRuns: readonly RunOf[] = ['checkout', 'checkout', 'checkout', 'refund', 'refund', 'another refund'];

/** What the provider and billing do to an invoice while one of its payments goes on. */
const meanwhileOfPayment = fc.oneof(billingAction, fc.constantFrom<ProviderAction>('captures', 'cancels', 'expires'));

const invoiceActions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: runOf(['payment', 'payment', 'another payment', 'invoice'], meanwhileOfPayment) },
  { weight: 1, arbitrary: fc.constant({ run: 'two payments at once' } as const) },
  { weight: 1, arbitrary: fc.record({ run: fc.constant('in billing'), billingAction }) },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: runOf(orderRuns, providerAction) },
  { weight: 8, arbitrary: invoiceActions },
  {
    weight: 3,
    arbitrary: fc.record({
      run: fc.constant('at the provider'),
      providerAction,
      isTold: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ run: 'sweep' }) },
  { weight: 1, arbitrary: fc.constant({ run: 'the world changes' }) },
);

/** Any sequence of an id. The simplest one is that nothing happens. */
export const identitySequences: fc.Arbitrary<IdentitySequence> = fc.record({
  process: fc.constant('sequence'),
  // Nothing that needs time to pass: a termination may keep the clock of the server that skips time.
  paymentMethod: fc.constantFrom(
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_chargeDeclined',
    'pm_card_authenticationRequired',
    'pm_card_riskLevelElevated',
  ),
  whenAsked: fc.constantFrom('yes', 'no', 'captures', 'cancels', 'expires'),
  actions: fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: runOf(['checkout'], providerAction) },
        { weight: 4, arbitrary: runOf(['invoice'], billingAction) },
        { weight: 1, arbitrary: action },
      ),
      fc.array(action, { maxLength: 8 }),
    )
    .map((parts) => parts.flat()),
});
