import type { PlantedBug } from '../bug.ts';

const posting = { project: 'services', file: 'payroll-posting' } as const;

/** What goes wrong with salaries. */
export const payroll: readonly PlantedBug[] = [
  {
    name: 'payslip-before-it-is-posted',
    consequence: 'Employees read of salaries that nobody has approved yet.',
    file: 'services/payroll/posting.ts',
    before: "    requireState(run, 'posted', 'paid');\n    const { rows } = await sql<Addressed>`",
    after: "    requireState(run, 'frozen', 'posted', 'paid');\n    const { rows } = await sql<Addressed>`",
    tests: { ...posting, named: 'mails each payslip once, and only then' },
  },
  {
    name: 'amount-in-an-event',
    consequence: 'Everyone who reads along on the broker knows what a colleague earns.',
    file: 'services/payroll/payment.ts',
    before: 'const [origin, subject] = [`salary-return/$',
    after: 'const [origin, subject] = [`salary-return/$' + '{paid}/$',
    tests: { ...posting, named: 'what leaves the service says neither who nor how much' },
  },
  {
    name: 'recalculation-keeps-approvals',
    consequence: 'Two people have approved one payroll, and another one is paid.',
    file: 'services/payroll/calculation.ts',
    before: "update runs set state = 'open', content_hash = null where",
    after: 'update runs set calculation = calculation where',
    tests: { ...posting, named: 'is void with a recalculation, and with an exclusion' },
  },
  {
    name: 'recovered-twice',
    consequence: 'What an employee was paid too much is kept back month after month.',
    file: 'services/payroll/employees.ts',
    before: "coalesce(payments.amount, case when state = 'posted' then payable end)",
    after: 'coalesce(payments.amount, 0) * 0 + net * 0 + greatest(payable, net)',
    tests: { project: 'services', file: 'payroll-corrections', named: 'is kept back once' },
  },
];
