/** Files whose mutants are tried by the same tests. */
export interface Target {
  readonly files: readonly string[];
  /** A project of jest.config.js. */
  readonly tier: 'domain' | 'workflows' | 'services' | 'messaging';
  /**
   * Files of tests of the tier, without `.test.ts`: those that state the rules of these files. Every other one that imports them
   * would be loaded for each mutant, too.
   */
  readonly tests: readonly string[];
}

/** A part of the product that is mutated by itself. */
export interface Part {
  readonly name: 'rules' | 'kit' | 'stores';
  /** A sentence without its full stop. */
  readonly description: string;
  readonly targets: readonly Target[];
}

const rule = (tests: readonly string[], ...files: readonly string[]): Target => ({ files, tier: 'domain', tests });

const rules: readonly Target[] = [
  rule(
    ['contract-rules', 'failure-rules'],
    'contracts/amounts.ts',
    'contracts/cart-lines.ts',
    'contracts/currency.ts',
    'contracts/failure.ts',
    'contracts/failures.ts',
    'contracts/identifiers.ts',
    'contracts/money.ts',
    'contracts/payment-method.ts',
    'contracts/validation.ts',
  ),
  rule(['failure-rules', 'letters'], 'contracts/catalogue.ts'),
  rule(['platform-rules'], 'platform/content-hash.ts', 'platform/deadline.ts'),
  rule(['quote', 'quote-rules'], 'services/catalog/quote.ts', 'services/catalog/rates.ts'),
  rule(['reservation-lines'], 'services/inventory/reservation-lines.ts'),
  rule(
    ['ledger-postings', 'ledger-totals'],
    'services/ledger/postings/checkout.ts',
    'services/ledger/postings/dispute.ts',
    'services/ledger/postings/posting.ts',
    'services/ledger/postings/refund.ts',
    'services/ledger/totals.ts',
  ),
  rule(
    ['letters', 'mails'],
    'services/notification/letter-text.ts',
    'services/notification/order-letter.ts',
    'services/notification/letters/checkout.ts',
    'services/notification/letters/provider-refund.ts',
    'services/notification/letters/refund.ts',
  ),
  rule(['refund-amounts', 'refund-lines'], 'services/orders/refund-amounts.ts', 'services/orders/refund-lines.ts'),
  rule(['payment-intent'], 'services/payments/intent.ts'),
  rule(['checkout-request'], 'workflows/checkout/refusal.ts'),
  rule(['process-rules'], 'workflows/kit/failure.ts', 'workflows/kit/reason.ts'),
  rule(['local-first'], 'workflows/kit/local-first.ts'),
  rule(['failed-message', 'failed-message-rules'], 'messaging/consuming/failed-message.ts'),
  rule(['replay-plan', 'replay-plan-rules'], 'ops/replay/plan.ts'),
];

export const parts: readonly Part[] = [
  {
    name: 'rules',
    description: 'Rules without I/O, against the tests of `test/domain`',
    targets: rules,
  },
  {
    name: 'kit',
    description: 'What every process is made of, against the tests of `test/workflows` on the test server of Temporal',
    targets: [
      {
        files: ['workflows/kit/saga.ts'],
        tier: 'workflows',
        tests: ['checkout-compensation', 'operator', 'checkout-waits', 'checkout-cancellation', 'identity'],
      },
      {
        files: ['workflows/kit/operator.ts'],
        tier: 'workflows',
        tests: ['operator-escalations', 'operator'],
      },
      {
        files: ['workflows/kit/progress.ts'],
        tier: 'workflows',
        tests: ['timeline', 'provider-refund'],
      },
      {
        files: ['workflows/kit/run-process.ts'],
        tier: 'workflows',
        tests: ['checkout-compensation', 'checkout-cancellation', 'identity', 'refund'],
      },
      {
        files: ['workflows/kit/milestones.ts'],
        tier: 'workflows',
        tests: ['milestones-order', 'identity', 'operator'],
      },
    ],
  },
  {
    name: 'stores',
    description: 'What the services keep, against the tests of `test/services` on a real PostgreSQL',
    targets: [
      {
        files: ['services/orders/store.ts', 'services/orders/order-memory.ts'],
        tier: 'services',
        tests: ['orders', 'orders-memory', 'orders-unfinished'],
      },
      {
        files: ['services/orders/refund-store.ts', 'services/orders/refund-memory.ts'],
        tier: 'services',
        tests: [
          'orders-refunds',
          'orders-memory',
          'orders-unfinished',
          'orders-refunds-at-once',
          'orders-provider-refunds',
        ],
      },
      {
        files: ['services/inventory/store.ts', 'services/inventory/restocking.ts'],
        tier: 'services',
        tests: ['inventory', 'inventory-restock', 'inventory-concurrency'],
      },
      { files: ['services/customers/store.ts'], tier: 'services', tests: ['customers'] },
      { files: ['services/customers/banning.ts'], tier: 'messaging', tests: ['bans'] },
      { files: ['services/ledger/store.ts'], tier: 'messaging', tests: ['ledger-store', 'ledger', 'ledger-rules'] },
      {
        files: ['services/payments/store.ts', 'services/payments/refund-store.ts'],
        tier: 'services',
        tests: ['payments-authorize', 'payments-refund', 'payments-void', 'payments-webhooks', 'payments-provider'],
      },
    ],
  },
];
