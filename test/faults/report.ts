import { columns } from './columns.ts';
import type { Cell, Matrix, Row } from './matrix.ts';

/** Where the matrix is kept. */
export const documentFile = new URL('../../docs/fault-matrix.md', import.meta.url);

const legend = `Every step of every process × everything that can go wrong with a call, each run from start to end against services in memory, under time skipping. \`npm test\` runs it every time; \`npm run fault-matrix\` runs it alone and prints this page; \`npm run fault-matrix -- --write\` keeps it here. The rows come from the activities themselves: a new activity that no scenario calls is red.

After each run the rules of the audit are asserted, not recorded answers: at most one capture, of all or of nothing; completed ⇔ captured, committed and \`OrderCompleted\` once; otherwise nothing charged, held, reserved or pending; the milestones true, in the order of the process and without a gap; the mails that are owed and no other; the time within the budget of the step. What was done at the provider is with the order, remembered and in the books, each once, or is left to people and told nowhere; a comparison that is cancelled, or refused by the payments service, is followed by the next one, as its schedule does it, and then everything is healed once. A request that got stuck on its way arrives after the end and must change nothing.

Of invoices: numbers without a gap; each told and mailed once; a payment is captured at most once, and what is kept of it at the provider is what is applied, or nothing; its parts add up to it, and nothing stays set aside; \`PaymentReceived\` once ⇔ applied; account 1200 is what is open, 2300 the credit of customers, 1050 what the provider has. Of a month: one invoice for each resident who owes something, everyone decided about, and the manager told once. Of salaries: one \`SalaryPosted\` for each run that is posted, and with it one journal; one payslip an employee, told once, and never before the books; each paid once; accounts 5200, 2410 and 2400 are what was posted and paid; a correction is posted once, or given up. The rules stand in \`test/faults/rules/\`, one file for each subject.

The same rules hold after random sequences of these faults, with carts, cards, cancellations and what customers, reviewers and operators do: 200 with each \`npm test\`, always the same, and as many new ones as wanted, at night for instance, with \`npm run random-faults -- --runs 2000\`. \`--sequences\` runs sequences of actions on one id: run, terminated, deleted, started again, with other content, refunded, swept, and meanwhile captured, cancelled, expired, refunded or disputed at the provider, in any order, and among them an invoice that is issued, paid by two cards one after the other or at once, by bank transfers, and credited; 24 of them with each \`npm test\`. \`--resets\` runs such sequences on a real server with the real services: placed by our clients and by Temporal's own, deleted, reset to any workflow task, terminated, cancelled, refunded and swept; 12 of them with each \`npm test\`. A run that breaks a rule is made as small as it gets, and printed with the command that runs it again. A test server that stands still is given up and what it had to do is done on another one; how often that happened is printed.

| what goes wrong | |
|---|---|
| refused | the service refuses, for a reason of the business where its contract has one; it does so until an operator acts |
| unknown 4xx | it refuses for a reason that nobody knows; the same |
| 5xx, then well | it fails three times, once after the call took effect |
| 5xx for ever | it fails until an operator has it mended |
| time-out before | no answer in time, three times; the requests arrive after everything has ended |
| time-out after | no answer in time, three times; the call took effect |
| reset after | the connection breaks three times after the call took effect |
| cancelled during | the customer cancels while the call is under way: once with the effect before, once with the effect after everything has ended |
| cancelled between | the customer cancels after the call, before the next one has left |
| worker lost | the end of the call is never reported, before its effect and after it, and the workflow is replayed from its history; real processes are killed (\`kill -9\`) before and after every call in test/processes/killed-at-boundaries.test.ts |

| what comes of it | |
|---|---|
| completed, refused, failed, cancelled | how the process ended; but for \`completed\` everything is undone, or left to people where it was done at the provider |
| ☎ | it showed that it needs an operator, who settled the call by hand or had it made again. An open dispute always shows that |
| ⊘ | the cancellation was refused with \`InvalidState\`, or the process had ended. A refund is cancelled by its workflow, which takes no notice once the money is being paid back; what follows the provider never does |
| **✗** | what should hold does not |
`;

/** The matrix as a page in Markdown. */
export function toMarkdown({ cells, unreached }: Matrix): string {
  const steps = [...new Set(cells.map(({ row }) => row))];
  const names = columns.map(({ name }) => name);
  const rows = steps.map((row) => [
    rowName(row),
    ...names.map((name) => word(cells.find((cell) => cell.row === row && cell.column === name))),
  ]);
  const missing = unreached.map((activity) => [`\`${activity}\``, ...names.map(() => '**✗** no scenario')]);
  const red = cells.filter(({ problems }) => problems.length > 0).length + missing.length * names.length;
  const table = [['step', ...names], names.concat('').map(() => '---'), ...rows, ...missing];
  return [
    '# The fault matrix',
    '',
    legend,
    `${steps.length + missing.length} steps × ${names.length} faults: ${cells.length - red + missing.length * names.length} green, ${red} red.`,
    '',
    ...table.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

/** What does not hold, one line each. */
export function complaints({ cells, unreached, problems }: Matrix): string[] {
  return [
    ...problems.map((problem) => `without a fault: ${problem}`),
    ...unreached.map((activity) => `${activity}: no scenario calls it; add one to test/faults/scenarios/`),
    ...cells.flatMap(({ row, column, problems: broken }) =>
      broken.map((problem) => `${rowName(row)} × ${column}: ${problem}`),
    ),
  ];
}

const rowName = ({ activity, nth, role, scenario }: Row) =>
  `\`${activity}\`${nth > 1 ? ` (${nth})` : ''}, ${role}${scenario === 'completed' ? '' : `, ${scenario}`}`;

function word(cell: Cell | undefined): string {
  if (!cell) return '**✗** not run';
  const { outcome, askedOperator, isCancellationRefused, problems } = cell;
  const marks = [askedOperator && '☎', isCancellationRefused && '⊘', problems.length > 0 && '**✗**'];
  return [...marks.filter(Boolean), outcome].join(' ');
}
