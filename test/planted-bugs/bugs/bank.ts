import type { PlantedBug } from '../bug.ts';

const statement = { project: 'domain', file: 'bank-statement' } as const;

/** What goes wrong with what a bank says, and with what customers are told to pay. */
export const bank: readonly PlantedBug[] = [
  {
    name: 'reversal-taken-for-a-payment',
    consequence: 'Money that the bank has taken back pays an invoice.',
    file: 'client/files/bank-statement.ts',
    before: "['true', '1'].includes(textOf(entry, 'RvslInd'))",
    after: "textOf(entry, 'RvslInd') === 'true'",
    tests: { ...statement, named: 'that are debits, reversals or not booked' },
  },
  {
    name: 'parts-under-one-reference',
    consequence: 'Of the transfers that a bank has collected one is booked, and the others are lost.',
    file: 'client/files/bank-statement.ts',
    before: 'own[index] !== reference && namesakes',
    after: 'true || namesakes',
    tests: { ...statement, named: 'is told apart for parts' },
  },
  {
    name: 'statement-not-added-up',
    consequence: 'A statement from which entries are missing is taken in as if it were whole.',
    file: 'client/files/statement-totals.ts',
    before: '  if (changes.includes(moved)) return;\n',
    after: '  return;\n',
    tests: { project: 'domain', file: 'statement-totals', named: 'a closing balance' },
  },
  {
    name: 'account-of-another-seller',
    consequence: 'Customers of one seller pay into the account of the demonstration.',
    file: 'ops/system/role-environment.ts',
    before: ') ? {} : demoSeller;',
    after: ') ? demoSeller : demoSeller;',
    tests: { project: 'domain', file: 'seller', named: 'never mixes the two' },
  },
];
