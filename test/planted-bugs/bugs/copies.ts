import type { PlantedBug } from '../bug.ts';

const userCopy = { project: 'messaging', file: 'user-copy' } as const;

/** What goes wrong between the accounts and the copies of them. */
export const copies: readonly PlantedBug[] = [
  {
    name: 'older-copy-wins',
    consequence: 'A ban that is told late is taken for lifted, or a customer is written to at the old address.',
    file: 'events/consuming/read-copy.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    before: 'where excluded.version >= ${table}.version',
    after: '',
    tests: { ...userCopy, named: 'what the newest version says' },
  },
  {
    name: 'version-left-out-of-the-checksum',
    consequence: 'A copy that is behind is reported in step every morning.',
    file: 'events/consuming/read-copy.ts',
    before: "[key, 'version', ...columns]",
    after: '[key, ...columns]',
    tests: { ...userCopy, named: 'the copy that communities keeps has the checksums of the accounts' },
  },
  {
    name: 'republished-under-the-same-id',
    consequence: 'What is published again to heal a copy is dropped as a repetition.',
    file: 'services/customers/account-events.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    before: 'origin: `user/${account.customerId}/republished`,\n    sequence: time,',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    after: 'origin: `user/${account.customerId}`,\n    sequence: time * 0 + account.version,',
    tests: { ...userCopy, named: 'a row again that was deleted' },
  },
  {
    name: 'held-invoice-paid',
    consequence: 'A card of a banned customer is charged.',
    file: 'services/billing/claims.ts',
    before: '    requireNotHeld(invoice);\n',
    after: '    void requireNotHeld;\n',
    tests: { ...userCopy, named: 'on hold until the ban is lifted' },
  },
  {
    name: 'silent-import-told',
    consequence: 'Who imports the same file every night publishes every customer every night.',
    file: 'services/customers/store.ts',
    before: 'and (customers.name,',
    after: 'and true or (customers.name,',
    tests: { project: 'services', file: 'customers-users', named: 'keeps its version and tells nothing' },
  },
  {
    name: 'second-look-left-out',
    consequence: 'A copy that no event reaches any more is reported in step every morning.',
    file: 'workflows/user-check/user-check.ts',
    before: '        await lookUntilInStep(request, now);\n',
    after: '        void lookUntilInStep;\n',
    tests: { project: 'workflows', file: 'user-check', named: 'needs an operator, and is looked at until it is' },
  },
];
