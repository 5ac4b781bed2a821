import type { PlantedBug } from '../bug.ts';

const compensation = { project: 'workflows', file: 'checkout-compensation' } as const;
const cancellation = { project: 'workflows', file: 'checkout-cancellation' } as const;
const operator = { project: 'workflows', file: 'operator' } as const;

/** What goes wrong when a checkout is undone, is cancelled or needs an operator. */
export const wayBack: readonly PlantedBug[] = [
  {
    name: 'undo-registered-after-the-call',
    consequence: 'Stock whose reservation was answered with an error stays reserved without an order.',
    file: 'workflows/kit/saga.ts',
    before: '    const undo = this.register(step);\n    try {\n      return await call();',
    after:
      '    const undo = step;\n    try {\n      const result = await call();\n      this.register(undo);\n      return result;',
    tests: { ...compensation, named: 'reserve is undone' },
  },
  {
    name: 'undo-failure-swallowed',
    consequence: 'A release that fails is forgotten: the stock stays reserved and no operator learns of it.',
    file: 'workflows/kit/saga.ts',
    before: 'this.#operator.untilResolved(undo.name, undo.run)',
    after: 'undo.run().catch(() => undefined)',
    tests: { ...compensation, named: 'an undo that fails for a reason' },
  },
  {
    name: 'undo-in-the-wrong-order',
    consequence: 'The stock of an order is for sale while its payment can still be taken.',
    file: 'workflows/kit/saga.ts',
    before: 'for (let undo = this.#undos.at(-1); undo; undo = this.#undos.at(-1))',
    after: 'for (let undo = this.#undos.at(0); undo; undo = this.#undos.at(0))',
    tests: { project: 'workflows', file: 'checkout-waits', named: 'can be cancelled meanwhile' },
  },
  {
    name: 'undo-cut-off-by-a-cancellation',
    consequence: 'A customer who cancels while a declined card is being released stops its release half way.',
    file: 'workflows/kit/saga.ts',
    before: 'await CancellationScope.nonCancellable(() => this.#operator.untilResolved(undo.name, undo.run))',
    after: 'await this.#operator.untilResolved(undo.name, undo.run)',
    tests: { ...cancellation, named: 'a declined card is being voided' },
  },
  {
    name: 'capture-cut-off-by-a-cancellation',
    consequence: 'An order whose payment is just being taken is undone when its workflow is cancelled.',
    file: 'workflows/kit/run-process.ts',
    before: 'await CancellationScope.nonCancellable(() => process.pivot(prepared));',
    after: 'await process.pivot(prepared);',
    tests: { ...cancellation, named: 'of the workflow itself changes nothing' },
  },
  {
    name: 'cancellation-open-after-the-pivot',
    consequence: 'A customer is told that the checkout is being cancelled, and gets the goods and the bill.',
    file: 'workflows/checkout/checkout.ts',
    before: "      conversation.answer('accepted');\n      return authorized;\n    },\n    pivot: capturePayment,\n",
    after:
      "      return authorized;\n    },\n    async pivot(authorized) {\n      await capturePayment(authorized);\n      conversation.answer('accepted');\n    },\n",
    tests: { ...cancellation, named: 'is refused once the payment is being captured' },
  },
  {
    name: 'settlement-not-recorded',
    consequence: 'An auditor cannot see who said that an order was cancelled by hand, and why.',
    file: 'workflows/kit/operator.ts',
    before: '    this.#progress.recordDecision(decision);\n',
    after: '',
    tests: { ...operator, named: 'counts as done when an operator' },
  },
  {
    name: 'second-settlement-accepted',
    consequence:
      'One operator has a call made again, another settles it by hand meanwhile: the customer gets the money back twice.',
    file: 'workflows/kit/operator.ts',
    before: 'if (decided) throw',
    after: 'if (decided?.decision === resolution.by) throw',
    tests: { ...operator, named: 'when another one has decided already' },
  },
  {
    name: 'second-review-accepted',
    consequence: 'A payment that one reviewer has approved is refused by another one while it is being taken.',
    file: 'workflows/kit/card-payment/conversation.ts',
    before: '    if (this.#review) {\n      const { by, decision } = this.#review;',
    after: '    if (this.#review?.decision === review.by) {\n      const { by, decision } = this.#review;',
    tests: { project: 'workflows', file: 'checkout-waits', named: 'is decided once' },
  },
];
