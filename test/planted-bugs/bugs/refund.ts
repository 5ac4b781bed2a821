import type { PlantedBug } from '../bug.ts';

const refunds = { project: 'workflows', file: 'refund' } as const;

/** What goes wrong when an order is given back. */
export const refund: readonly PlantedBug[] = [
  {
    name: 'unknown-refund-taken-for-a-failure',
    consequence: 'A customer whose refund got no answer has the money back and the claim open, and asks for it again.',
    file: 'workflows/kit/until-answered.ts',
    before: '  isAnswer = (error: unknown) => !isOutcomeUnknown(error),',
    after: '  isAnswer = () => true,',
    tests: { ...refunds, named: 'a provider that stays away' },
  },
  {
    name: 'refund-cut-off-by-a-cancellation',
    consequence: 'A refund that is cancelled while the money is on its way back gives the pieces free once more.',
    file: 'workflows/refund/refund.ts',
    before: '    prepare: () => prepare(open),\n    pivot: (claimed) => payBack(open, claimed),\n',
    after:
      '    async prepare() {\n      const claimed = await prepare(open);\n      await payBack(open, claimed);\n      return claimed;\n    },\n    pivot: async () => undefined,\n',
    tests: { ...refunds, named: 'after it nothing stops' },
  },
  {
    name: 'earlier-refund-ignored',
    consequence: 'A customer gets back more than they paid.',
    file: 'services/payments/refund-store.ts',
    before: 'const left = captured - Math.max(sum.rows[0]?.reserved ?? 0, given);',
    after: 'const left = captured;',
    tests: { project: 'services', file: 'payments-refund', named: 'never more than was captured, over all refunds' },
  },
  {
    name: 'pieces-refunded-twice',
    consequence: 'The same piece of an order is given back twice.',
    file: 'services/orders/refund-lines.ts',
    before: '({ quantity, refunded }) => quantity - refunded',
    after: '({ quantity }) => quantity',
    tests: { project: 'domain', file: 'refund-lines', named: 'takePieces' },
  },
  {
    name: 'restocked-twice',
    consequence: 'A refund that is tried again puts goods on the shelf that do not exist.',
    file: 'services/inventory/restocking.ts',
    before: '    if (!numAffectedRows) {',
    after: '    if (numAffectedRows === undefined) {',
    tests: { project: 'services', file: 'inventory-restock', named: 'puts pieces back on the shelf once' },
  },
];
