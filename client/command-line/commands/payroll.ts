import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { payrollOperations } from '../../../api/payroll-contract.ts';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { monthOf, type PayrollFacts, payrollIdSchema } from '../../../workflows/payroll/contract.ts';
import type { FrontDoor } from '../../front-door.ts';
import type { Act } from '../act.ts';
import { describeDecision, describeReason, incomplete } from '../describe-process.ts';
import { type DetailLine, details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import type { Session } from '../session.ts';
import { addPayslipCommands } from './payslips.ts';

/** How often `post` asks whether it is posted. */
const pollMs = 1_000;
const monthArgument = ['<month>', 'a group and its month, such as staff/2026-02'] as const;
const { preparePayroll, excludeEmployee, approvePayroll, listPayrollFailures, listPayrollPayslips } = payrollOperations;

interface Page {
  readonly after?: string;
  readonly limit: number;
}

/** `payroll prepare`, `status`, `failures`, `payslips`, `exclude`, `recalculate`, `approve`, `reject`, `post`, `pay`, … */
export function addPayrollCommands(program: Command, act: Act): void {
  const payroll = program.command('payroll').description('the salaries of a group for a month');
  payroll
    .command('prepare')
    .description('have the salaries of a month calculated; who prepares them approves nothing of them')
    .argument(...monthArgument)
    .requiredOption('--pay-day <date>', 'the day on which they are paid: 2026-02-25')
    .requiredOption('--currency <code>', 'the currency of the salaries')
    .option('--zone <name>', 'where that day begins', 'UTC')
    .action(
      act(async (session, month: string, flags: { payDay: string; currency: string; zone: string }) => {
        const { payDay, zone: timeZone, currency } = flags;
        const input = parse(preparePayroll.input, { ...readMonth(month), payDay, currency, timeZone });
        const document = await (await session.door()).payroll.preparePayroll(input);
        return { document, text: `payroll/${document.payrollId}` };
      }),
    );
  repeatable(payroll.command('status'))
    .description('where the payroll of a month stands, what it comes to, and whose approval is missing')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const document = await statusOf(session, month);
        const { state, waitingFor, reason, approval } = document;
        const text = details([
          ['State', state],
          ...described(document),
          ...describedApproval(approval),
          ['Waits for', waitingFor?.message],
          ['Reason', describeReason(reason)],
        ]);
        return { document, text };
      }),
    );
  pages(payroll.command('failures'), act, {
    description: 'whose month could not be calculated, and why',
    async read({ payroll: salaries }, page) {
      const document = await salaries.listPayrollFailures(parse(listPayrollFailures.input, page));
      const rows = document.failures.map(({ employeeId, reason }) => [employeeId, reason.type, reason.message]);
      return { document, text: table(['employee', 'type', 'reason'], rows) };
    },
  });
  pages(payroll.command('payslips'), act, {
    description: 'the payslips of a month: what is approved',
    async read({ payroll: salaries }, page) {
      const document = await salaries.listPayrollPayslips(parse(listPayrollPayslips.input, page));
      const rows = document.payslips.map(({ payslipId, employeeId, state, currency, gross, net, payable }) => [
        ...[payslipId, employeeId, state],
        ...[gross, net, payable].map((amount) => formatMoney(amount, currency)),
      ]);
      return { document, text: table(['payslip', 'employee', 'state', 'gross', 'net', 'paid out'], rows) };
    },
  });
  payroll
    .command('exclude')
    .description('leave an employee out; what was approved is void')
    .argument(...monthArgument)
    .argument('<employee>')
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, employeeId: string, { note }: { readonly note: string }) => {
        const input = parse(excludeEmployee.input, { ...readMonth(month), employeeId, note });
        const document = await (await session.door()).payroll.excludeEmployee(input);
        return { document, text: describeDecision(document) };
      }),
    );
  addDecision(payroll.command('recalculate'), act, {
    description: 'calculate everything again; what was approved is void',
    decide: ({ payroll: salaries }, decided) => salaries.recalculatePayroll(decided),
  });
  addDecision(payroll.command('pay'), act, {
    description: 'pay what is posted now, instead of on the pay day',
    decide: ({ payroll: salaries }, decided) => salaries.payPayroll(decided),
  });
  for (const verb of ['approve', 'reject'] as const) addVote(payroll.command(verb), act, verb);
  payroll
    .command('post')
    .description('wait until the payroll is posted, which it is with the last approval')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const isPosted = (state: string) => !['running', 'needs-correction', 'awaiting-approval'].includes(state);
        let document = await statusOf(session, month);
        while (!isPosted(document.state)) {
          await delay(pollMs);
          document = await statusOf(session, month);
        }
        const { state, reason } = document;
        const complaint = incomplete({ kind: 'payroll', id: month }, state, reason);
        return { document, text: details([['State', state], ...described(document)]), complaint };
      }),
    );
  addPayslipCommands(payroll, act);
}

const described = ({ counts, totals, currency, contentHash, payAt }: PayrollFacts): DetailLine[] => {
  const money = (amount: number | undefined) =>
    amount === undefined || !currency ? undefined : formatMoney(amount, currency);
  return [
    ['Payslips', counts?.payslips],
    ['Failed', counts?.failed],
    ['Excluded', counts?.excluded],
    ['Gross', money(totals?.gross)],
    ['Withheld', money(totals?.withheld)],
    ['Net', money(totals?.net)],
    ['Paid out', money(totals?.payable)],
    ['Pay day', payAt],
    ['Version', contentHash],
  ];
};

interface Approved {
  readonly approvals: readonly { readonly by: string }[];
  readonly missing: readonly string[];
  readonly authors: readonly string[];
}

const describedApproval = (approval: Approved | undefined): DetailLine[] => [
  ['Approved by', approval?.approvals.map(({ by }) => by).join(', ')],
  ['Missing', approval?.missing.join(', ')],
  ['Prepared by', approval?.authors.join(', ')],
];

type Month = ReturnType<typeof monthOf>;

interface PagesCommand {
  readonly description: string;
  read(door: FrontDoor, page: Page & Month): Promise<{ readonly document: object; readonly text: string }>;
}

function pages(command: Command, act: Act, { description, read }: PagesCommand): void {
  command
    .description(description)
    .argument(...monthArgument)
    .option('--after <employee>', 'only those whose id comes after this one')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, month: string, page: Page) => read(await session.door(), { ...readMonth(month), ...page })),
    );
}

interface DecisionCommand {
  readonly description: string;
  decide(door: FrontDoor, decided: Month & { readonly note: string }): Promise<Parameters<typeof describeDecision>[0]>;
}

function addDecision(command: Command, act: Act, { description, decide }: DecisionCommand): void {
  command
    .description(description)
    .argument(...monthArgument)
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, { note }: { readonly note: string }) => {
        const document = await decide(await session.door(), { ...readMonth(month), note });
        return { document, text: describeDecision(document) };
      }),
    );
}

function addVote(command: Command, act: Act, verb: 'approve' | 'reject'): void {
  command
    .description(`${verb} what has this version: the hash that status shows`)
    .argument(...monthArgument)
    .requiredOption('--version <hash>', 'what was looked at')
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, flags: { readonly version: string; readonly note: string }) => {
        const { payroll } = await session.door();
        const vote = parse(approvePayroll.input, { ...readMonth(month), ...flags });
        if (verb === 'reject') {
          const document = await payroll.rejectPayroll(vote);
          return { document, text: describeDecision(document) };
        }
        const document = await payroll.approvePayroll(vote);
        return { document, text: details(describedApproval(document)) };
      }),
    );
}

const readMonth = (month: string): Month => monthOf(parse(payrollIdSchema, month));

const statusOf = async (session: Session, month: string) =>
  (await session.door()).payroll.readPayroll(readMonth(month));
