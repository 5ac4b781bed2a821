import type { PlantedBug } from '../bug.ts';

const payments = { project: 'services', file: 'payments-provider' } as const;
const process = { project: 'workflows', file: 'provider-refund' } as const;

/** What goes wrong with what people and banks do at the payment provider. */
export const provider: readonly PlantedBug[] = [
  {
    name: 'refund-at-the-provider-ignored',
    consequence: 'The rest of an order can never be refunded once a part was refunded at the provider.',
    file: 'services/orders/refund-store.ts',
    before: 'amountsLeft(whole, await sumGiven(transaction, orderId, currency))',
    after: "amountsLeft(whole, await sumGiven(transaction, orderId, currency, 'order'))",
    tests: { project: 'services', file: 'orders-provider-refunds', named: 'leaves less to refund' },
  },
  {
    name: 'refund-at-the-provider-taken-for-ours',
    consequence: 'A refund with our metadata written on it is hidden from the books.',
    file: 'services/payments/provider-facts.ts',
    before: "  return step.startsWith('refund/') && isRefundKnown(",
    after: "  return step.startsWith('refund/') || isRefundKnown(",
    tests: { ...payments, named: 'whose metadata only looks like ours' },
  },
  {
    name: 'our-refund-taken-for-the-provider-s',
    consequence: 'Every refund of ours is booked and mailed twice.',
    file: 'services/payments/webhooks.ts',
    before: '    if (await isMadeByShop(database, payment, { metadata })) return undefined;\n',
    after: '',
    tests: { ...payments, named: 'of our own is ours' },
  },
  {
    name: 'recorded-refund-told-again',
    consequence: 'A refund that Temporal has forgotten is told to the customer and the books once more.',
    file: 'workflows/provider-refund/provider-refund.ts',
    before: " || refund.state === 'failed' || refund.isRecorded)",
    after: " || refund.state === 'failed')",
    tests: { ...process, named: 'is not told again when it is recorded' },
  },
  {
    name: 'dispute-posted-twice',
    consequence: 'Each look at an open dispute takes its money from the books once more.',
    file: 'workflows/dispute/dispute.ts',
    before: '  if (recorded.opening || withdrawn === 0) return;',
    after: '  if (withdrawn === 0) return;',
    tests: { ...process, named: 'is shown to an operator until it is lost' },
  },
  {
    name: 'captured-in-part-taken-for-paid',
    consequence: 'Goods leave for which only a part was paid.',
    file: 'services/payments/intent.ts',
    before: "intent.amount_received < intent.amount ? 'captured_in_part' : 'captured'",
    after: "'captured'",
    tests: { ...payments, named: 'a capture of a part is no capture' },
  },
  {
    name: 'captured-payment-not-kept',
    consequence: 'A void that may leave a captured payment alone gives the money of a completed order back.',
    file: 'services/payments/server.ts',
    before: 'paymentId, captured)',
    after: "paymentId, 'refund')",
    tests: { ...payments, named: 'leaves a captured payment alone' },
  },
  {
    name: 'last-page-not-read',
    consequence: 'What webhooks have lost is only found among the newest hundred.',
    file: 'services/payments/reconciliation.ts',
    before: '...(hasMore && last !== undefined && last !== after && { next: last })',
    after: '...(hasMore && last === after && { next: last })',
    tests: { ...payments, named: 'page after page to the end' },
  },
  {
    name: 'seen-by-an-earlier-run-forgotten',
    consequence: 'A comparison of long lists calls payments missing that its first run has seen.',
    file: 'workflows/reconciliation/reconciliation.ts',
    before: '(request, { list, after, report })',
    after: '(request, { list, after, report: { ...report, startedAt: new Date().toISOString() } })',
    tests: { project: 'workflows', file: 'reconciliation', named: 'goes on in another run' },
  },
];
