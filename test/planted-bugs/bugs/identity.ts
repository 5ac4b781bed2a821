import type { PlantedBug } from '../bug.ts';

const identity = { project: 'workflows', file: 'identity' } as const;
const refunds = { project: 'workflows', file: 'refund-identity' } as const;
const sweeps = { project: 'workflows', file: 'sweep' } as const;

/** What goes wrong when an id comes again, or what it has left is swept up. */
export const identityBugs: readonly PlantedBug[] = [
  {
    name: 'earlier-payment-ignored',
    consequence: 'A checkout that is started again refunds an order that was paid for and sent.',
    file: 'workflows/checkout/checkout.ts',
    before: '  if (paid) return paid;\n',
    after: '',
    tests: { ...identity, named: 'after it was completed changes nothing' },
  },
  {
    name: 'cancelled-order-tried-again',
    consequence: 'A checkout that was declined is told differently when it is asked for again.',
    file: 'workflows/checkout/steps/look-up.ts',
    before: '    if (wasCancelled) throw failureAsItWas(known.cancellation);\n',
    after: '',
    tests: { ...identity, named: 'tells it as it was' },
  },
  {
    name: 'untold-facts-lost',
    consequence:
      'A customer never hears that their order was cancelled, since it was terminated while the broker was away.',
    file: 'workflows/checkout/steps/look-up.ts',
    before: '      tellAgain(again, known.cancellation);\n',
    after: '',
    tests: { ...identity, named: 'had not told yet' },
  },
  {
    name: 'other-content-accepted',
    consequence: 'Whoever uses a checkout id for another cart is told that the other cart was bought.',
    file: 'workflows/checkout/same-request.ts',
    before: 'return known ? known === requestHash :',
    after: 'return known ? true :',
    tests: { ...identity, named: 'with other content is a conflict' },
  },
  {
    name: 'conflict-undone',
    consequence: 'A checkout whose id is taken gives back the stock of the one that has it.',
    file: 'workflows/process/saga.ts',
    before: "if (reasonOf(error).type === 'IdempotencyConflict')",
    after: 'if (!reasonOf(error).type)',
    tests: { ...identity, named: 'has made under its id' },
  },
  {
    name: 'begun-by-an-earlier-run-and-left-behind',
    consequence: 'The card of a customer who cancels a checkout that goes on stays charged with a hold for a week.',
    file: 'workflows/checkout/checkout.ts',
    before: '  if (priced.earlier) await inherit(priced);\n',
    after: '',
    tests: { ...identity, named: 'undoes all of it when it is cancelled' },
  },
  {
    name: 'inheritance-cut-off-by-a-cancellation',
    consequence: 'Stock that an earlier run has reserved stays reserved when its successor is cancelled early.',
    file: 'workflows/checkout/steps/inherit.ts',
    before: 'CancellationScope.nonCancellable(',
    after: 'CancellationScope.cancellable(',
    tests: { ...identity, named: 'undoes all of it when it is cancelled' },
  },
  {
    name: 'prices-of-today',
    consequence: 'An order that goes on after a restart of its checkout fails because a product has gone.',
    file: 'workflows/checkout/steps/look-up.ts',
    before: 'quote: order, earlier: order }',
    after: 'quote: settledValue(quoted), earlier: order }',
    tests: { ...identity, named: 'counts the order as it was placed' },
  },
  {
    name: 'stranger-does-the-work-itself',
    consequence: 'An order is mailed and booked a second time because a person started its checkout under another id.',
    file: 'workflows/process/own-id.ts',
    before: 'if (workflowId === ownId || ownId === undefined)',
    after: "if (workflowId === ownId || workflowId !== '')",
    tests: { ...identity, named: 'under a workflow id of its own' },
  },
  {
    name: 'bare-start-not-found',
    consequence: 'The checkout of a customer who is banned goes on because nobody finds it.',
    file: 'workflows/process/complete-start.ts',
    before: 'if (missing.length > 0) upsertSearchAttributes(missing);',
    after: '',
    tests: { ...identity, named: 'is found by what its starter left out' },
  },
  {
    name: 'claim-given-up-by-a-later-run',
    consequence: 'A refund that was paid back is paid back once more, because its claim was given up meanwhile.',
    file: 'workflows/refund/refund.ts',
    before: "await CancellationScope.nonCancellable(() => untilAnswered(operator, 'recall the claim', claimPieces))",
    after: 'await saga.attempt(undo, claimPieces)',
    tests: { ...refunds, named: 'gives up no claim that may be paid back' },
  },
  {
    name: 'refund-recall-cut-off-by-a-cancellation',
    consequence: 'A customer hears that their refund was cancelled, and has the money.',
    file: 'workflows/refund/refund.ts',
    before: 'await CancellationScope.nonCancellable(() =>\n      activities.recallRefund(request),',
    after: 'await CancellationScope.cancellable(() =>\n      activities.recallRefund(request),',
    tests: { ...refunds, named: 'cannot be cancelled any more once it was completed' },
  },
  {
    name: 'sweep-ends-what-runs',
    consequence: 'A sweep ends the checkouts of customers who are about to pay.',
    file: 'activities/sweep.ts',
    before: 'const { status, type } = await client.workflow.getHandle(workflowId).describe();',
    after:
      "const handle = client.workflow.getHandle(workflowId);\n    await handle.terminate('abandoned').catch(() => undefined);\n    const { status, type } = await handle.describe();",
    tests: { ...sweeps, named: 'leaves a running checkout alone' },
  },
  {
    name: 'sweep-undoes-what-is-paid',
    consequence: 'A sweep gives the money back for an order that only had to be completed.',
    file: 'workflows/checkout/recover-checkout.ts',
    before: '  if (paid) {\n',
    after: "  if (paid && state === 'completed') {\n",
    tests: { ...sweeps, named: 'its money is taken' },
  },
  {
    name: 'fact-in-the-place-of-another',
    consequence: 'Whoever reads the events in their order finds two facts in the same place.',
    file: 'workflows/checkout/steps/inherit.ts',
    before: '    if (reservation?.wasReserved) recordReserved(checkout);\n',
    after: '',
    tests: { ...sweeps, named: 'leaves a running checkout alone' },
  },
];
