import type { PlantedBug } from '../bug.ts';

const inventory = { project: 'services', file: 'inventory' } as const;
const webhooks = { project: 'services', file: 'payments-webhooks-refused' } as const;

/** What goes wrong in the inventory and in the payments service. */
export const services: readonly PlantedBug[] = [
  {
    name: 'release-without-a-tombstone',
    consequence: 'A reservation that arrives after its release holds stock that is never released.',
    file: 'services/inventory/store.ts',
    before: '    const tombstone = await',
    after: `    if (!(await lockReservation(transaction, reservationId))) {
      return { reservationId, state: 'released', wasReserved: false, expiresAt: new Date().toISOString() };
    }
    const tombstone = await`,
    tests: { ...inventory, named: 'before its beginning leaves a tombstone' },
  },
  {
    name: 'void-without-a-tombstone',
    consequence: 'An authorization that arrives after its checkout was undone holds money that is never released.',
    file: 'services/payments/voiding.ts',
    before: '  const row = await store.beginVoid(database, paymentId);\n',
    after:
      "  const known = await store.findPayment(database, paymentId).catch(() => undefined);\n  if (!known) return { outcome: 'nothing' };\n  const row = await store.beginVoid(database, paymentId);\n",
    tests: { project: 'services', file: 'payments-void', named: 'a payment that was never seen' },
  },
  {
    name: 'lines-of-a-product-not-added-up',
    consequence: 'A cart with the same product twice gets more pieces than there are.',
    file: 'contracts/cart-lines.ts',
    before: 'quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)',
    after: 'quantities.set(sku, Math.max(quantities.get(sku) ?? 0, quantity))',
    tests: { ...inventory, named: 'adds up the lines of the same SKU' },
  },
  {
    name: 'new-key-for-each-try',
    consequence: 'A payment that is tried again is made twice at the provider.',
    file: 'services/payments/provider.ts',
    before: 'call((options) => request({ ...options, idempotencyKey: key }));',
    after: "call((options) => request({ ...options, idempotencyKey: key + '/' + Date.now() }));",
    tests: { project: 'services', file: 'payments-authorize-failures', named: 'the answer to the creation gets lost' },
  },
  {
    name: 'provider-outlasts-its-caller',
    consequence: 'An answer of the bank comes after its caller has given up, and its payment is unknown to all.',
    file: 'services/payments/call-time.ts',
    before: 'Math.min(longest, end - performance.now())',
    after: 'Math.max(1, Math.min(longest, end + 3_600_000))',
    tests: { project: 'services', file: 'payments-authorize-failures', named: 'ends while its caller still waits' },
  },
  {
    name: 'old-signature-accepted',
    consequence: 'An attacker who has intercepted a webhook can replay it at any time.',
    file: 'services/payments/webhooks.ts',
    before: "signature ?? '', secret, tolerance)",
    after: "signature ?? '', secret, 0 * tolerance)",
    tests: { ...webhooks, named: 'more than five minutes old' },
  },
  {
    name: 'untold-webhook-taken',
    consequence: 'A checkout that could not be told of its payment is never told.',
    file: 'services/payments/webhooks.ts',
    before: "      throw new ServiceFailure('Unavailable',",
    after: "      void new ServiceFailure('Unavailable',",
    tests: { ...webhooks, named: 'an event is not taken, so that it comes again' },
  },
];
