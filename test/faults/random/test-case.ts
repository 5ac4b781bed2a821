import fc from 'fast-check';
import { activitiesOfInvoices, activitiesOfOrders } from '../steps.ts';

/** What can happen to one attempt of a call. */
const callFaults = [
  '5xx before',
  '5xx after',
  'time-out before',
  'time-out after',
  'reset after',
  'never reported before',
  'never reported after',
  'refused',
  'unknown 4xx',
] as const;

export type CallFault = (typeof callFaults)[number];

/** What happens to the calls of one activity, attempt by attempt. */
export interface FaultPlan {
  readonly activity: string;
  /** Which call of the activity, from 1. */
  readonly nth: number;
  readonly callFaults: readonly CallFault[];
  /** The last of them goes on until an operator has it mended. */
  readonly forGood: boolean;
}

/** What a person at the provider does about a review, of which nobody tells the shop. */
export type DoneAtProvider = (typeof doneAtProvider)[number];

const doneAtProvider = ['approved there', 'captured there', 'cancelled there', 'expired there'] as const;

/** Everything that is left to chance in one process. `look`: somebody acts the n-th time they see that they have to. */
export interface ProcessCase {
  readonly process: 'checkout' | 'refund' | 'invoice' | 'invoice payment' | 'monthly invoicing';
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** Pieces of every product; a cart may want more. */
  readonly stock: number;
  readonly customer: 'active' | 'banned';
  /** The card of the request and those that follow a decline. */
  readonly cards: readonly string[];
  readonly onDecline: 'refuse' | 'wait';
  readonly challenge: {
    readonly look: number;
    readonly outcome: 'complete' | 'fail' | 'cancelled at the provider' | 'nothing';
    readonly told: boolean;
  };
  readonly review: { readonly look: number; readonly decision: 'approve' | 'refuse' | DoneAtProvider | 'nothing' };
  /** `of` the order, or the payment: the customer asks for it. A refund and an invoice are always cancelled by their workflows. */
  readonly cancellation:
    | ({ readonly of: 'order' | 'workflow' } & ({ readonly afterCall: number } | { readonly atLook: number }))
    | undefined;
  readonly operator: { readonly retries: number; readonly decision: 'retry' | 'settle' };
  /** Of a refund: the first line of the order only. Of a payment: a part of the invoice. */
  readonly isPart: boolean;
  readonly faultPlans: readonly FaultPlan[];
}

const cards = [
  'pm_card_visa',
  'pm_card_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_authenticationRequired',
  'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
  'pm_card_riskLevelElevated',
];

const look = fc.integer({ min: 1, max: 4 });

const whose = fc.constantFrom('order' as const, 'order' as const, 'workflow' as const);

const faultPlanOf = (activities: readonly string[]): fc.Arbitrary<FaultPlan> =>
  fc.record({
    activity: fc.constantFrom(...activities),
    nth: fc.constantFrom(1, 1, 1, 2),
    callFaults: fc.array(fc.constantFrom(...callFaults), { minLength: 1, maxLength: 5 }),
    forGood: fc.constantFrom(false, false, true),
  });

const whatHappens = {
  lines: fc.array(
    fc.record({
      sku: fc.constantFrom('product-1', 'product-2', 'product-3'),
      quantity: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  stock: fc.constantFrom(1_000, 1_000, 1_000, 10),
  customer: fc.constantFrom('active', 'active', 'active', 'active', 'active', 'active', 'active', 'banned'),
  cards: fc.array(fc.constantFrom(...cards), { minLength: 1, maxLength: 3 }),
  onDecline: fc.constantFrom('refuse', 'wait'),
  challenge: fc.record({
    look,
    outcome: fc.constantFrom('complete', 'complete', 'fail', 'cancelled at the provider', 'nothing'),
    told: fc.boolean(),
  }),
  review: fc.record({ look, decision: fc.constantFrom('approve', 'approve', 'refuse', ...doneAtProvider, 'nothing') }),
  cancellation: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ of: whose, afterCall: fc.integer({ min: 1, max: 15 }) }) },
    { weight: 1, arbitrary: fc.record({ of: whose, atLook: fc.integer({ min: 1, max: 12 }) }) },
  ),
  operator: fc.record({ retries: fc.integer({ min: 0, max: 2 }), decision: fc.constantFrom('retry', 'settle') }),
  isPart: fc.boolean(),
} as const;

const orderCases: fc.Arbitrary<ProcessCase> = fc.record({
  process: fc.constantFrom('checkout', 'checkout', 'checkout', 'refund'),
  ...whatHappens,
  faultPlans: fc.array(faultPlanOf(activitiesOfOrders()), { maxLength: 5 }),
});

const invoiceCases: fc.Arbitrary<ProcessCase> = fc.record({
  process: fc.constantFrom('invoice payment', 'invoice payment', 'invoice payment', 'invoice', 'monthly invoicing'),
  ...whatHappens,
  faultPlans: fc.array(faultPlanOf(activitiesOfInvoices), { maxLength: 5 }),
});

/** Any process, with its customer, its people and its faults. The simplest one is a checkout without a fault. */
export const processCases: fc.Arbitrary<ProcessCase> = fc.oneof(
  { weight: 3, arbitrary: orderCases },
  { weight: 2, arbitrary: invoiceCases },
);
