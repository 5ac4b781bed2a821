import type { PlantedBug } from '../bug.ts';

const orders = { project: 'services', file: 'purchasing' } as const;
const budgets = { project: 'services', file: 'purchasing-budgets' } as const;
const bills = { project: 'services', file: 'purchasing-bills' } as const;

/** What goes wrong with purchase orders and bills. */
export const purchasing: readonly PlantedBug[] = [
  {
    name: 'approvals-not-checked-again',
    consequence: 'Who reaches the service has an order approved that no person has seen.',
    file: 'services/purchasing/approval.ts',
    before: 'if (refused) throw new ServiceFailure(refused.declared',
    after: 'if (refused && approvals.length > 9) throw new ServiceFailure(refused.declared',
    tests: { ...orders, named: 'do not suffice with none, whoever calls' },
  },
  {
    name: 'amender-approves',
    consequence: 'A manager raises an order and approves it alone.',
    file: 'services/purchasing/submission.ts',
    before: '= any(authors) then authors',
    after: 'is not null then authors',
    tests: { ...orders, named: 'makes the next version, whose approvals begin again' },
  },
  {
    name: 'asked-once-for-all',
    consequence: 'Who is made a manager after an order was asked for hears nothing of it.',
    file: 'services/purchasing/approval.ts',
    before: '.filter(({ personId }) => !told.has(personId))',
    after: '.filter(() => told.size === 0)',
    tests: { ...orders, named: 'is told, and those who were told before are not again' },
  },
  {
    name: 'budget-without-a-limit',
    consequence: 'Two orders at once take the same money of a budget.',
    file: 'services/purchasing/budgets.ts',
    before: '<= 0 or used +',
    after: '<= 0 or true or used +',
    tests: { ...budgets, named: 'is taken by as many of the orders that come at once as it has room for' },
  },
  {
    name: 'expired-order-keeps-its-budget',
    consequence: 'Orders that no person has approved use up the budget of those that come later.',
    file: 'services/purchasing/ending.ts',
    before: 'await release(transaction, order);',
    after: 'await release(transaction, { ...order, budgetId: undefined });',
    tests: { ...budgets, named: 'of 20 million with 11 million spent' },
  },
  {
    name: 'delivery-before-approval',
    consequence: 'Goods are taken that no person has approved, and their bill has to be paid.',
    file: 'services/purchasing/receipts.ts',
    before: '    requireApproved(order);\n',
    after: '',
    tests: { ...budgets, named: 'alone is delivered on' },
  },
  {
    name: 'number-of-a-bill-as-it-is-written',
    consequence: 'A bill that is typed in another way is paid twice.',
    file: 'contracts/bills.ts',
    before: '    .toUpperCase()\n',
    after: '',
    tests: { ...bills, named: 'is entered once for a vendor, however it is written' },
  },
  {
    name: 'billed-pieces-not-counted',
    consequence: 'The same pieces are billed again and again, and each time they are paid.',
    file: 'services/purchasing/bill-matching.ts',
    before: 'const allowed = ordered.received - ordered.billed;',
    after: 'const allowed = ordered.received;',
    tests: { ...bills, named: 'is one of several at once that there are pieces for' },
  },
  {
    name: 'excess-of-each-bill-alone',
    consequence: 'A vendor asks for a little too much in each of a hundred bills.',
    file: 'services/purchasing/bill-matching.ts',
    before: 'tolerance.excess[order.currency] - excess)',
    after: 'tolerance.excess[order.currency] - excess * 0)',
    tests: { ...bills, named: 'counts with the others of its order' },
  },
  {
    name: 'last-bill-leaves-a-rest',
    consequence: 'Money stays reserved for an order of which all was billed.',
    file: 'services/purchasing/bill-acceptance.ts',
    before: 'const release = order ? releaseOf(order, bill.lines) : 0;',
    after: 'const release = order ? Math.max(0, releaseOf(order, bill.lines) - 1) : 0;',
    tests: { ...bills, named: 'of 60 of 100 pieces is a debt and releases their price' },
  },
  {
    name: 'who-enters-pays',
    consequence: 'One person alone enters a bill of their own and has it paid.',
    file: 'services/purchasing/bill-payment.ts',
    before: 'if (by === enteredBy) {',
    after: "if (by === enteredBy && by === '') {",
    tests: { ...bills, named: 'is recorded once, by who has not entered it' },
  },
];
