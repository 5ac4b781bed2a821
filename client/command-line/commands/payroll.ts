import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { payrollContract } from '../../../services/payroll/contract.ts';
import type { ApprovalStatus } from '../../../workflows/kit/approvals-contract.ts';
import { monthOf, type PayrollFacts, payrollIdSchema } from '../../../workflows/payroll/contract.ts';
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
const { listRunFailures, listPayslips } = payrollContract.operations;

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
        const { by: preparedBy } = await session.actor('payroll');
        const { payDay, zone: timeZone } = flags;
        const input = { payrollId: month, payDay, currency: flags.currency, timeZone, preparedBy };
        const payrollId = await (await openPayrolls(session)).prepare(input as never);
        return { document: { payrollId }, text: `payroll/${payrollId}` };
      }),
    );
  repeatable(payroll.command('status'))
    .description('where the payroll of a month stands, what it comes to, and whose approval is missing')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const document = await (await openPayrolls(session)).status(month as never);
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
    async read(session, runId, page) {
      const document = await session
        .services()
        .payroll.listRunFailures(parse(listRunFailures.input, { runId, ...page }));
      const rows = document.failures.map(({ employeeId, reason }) => [employeeId, reason.type, reason.message]);
      return { document, text: table(['employee', 'type', 'reason'], rows) };
    },
  });
  pages(payroll.command('payslips'), act, {
    description: 'the payslips of a month: what is approved',
    async read(session, runId, page) {
      const document = await session.services().payroll.listPayslips(parse(listPayslips.input, { runId, ...page }));
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
        const exclusion = { employeeId, note, ...(await session.actor('payroll')) };
        const document = await (await openPayrolls(session)).exclude(month, exclusion as never);
        return { document, text: describeDecision(document) };
      }),
    );
  addDecision(payroll.command('recalculate'), act, 'calculate everything again; what was approved is void', [
    'payroll',
  ]);
  addDecision(payroll.command('pay'), act, 'pay what is posted now, instead of on the pay day', ['cfo']);
  for (const verb of ['approve', 'reject'] as const) addVote(payroll.command(verb), act, verb);
  payroll
    .command('post')
    .description('wait until the payroll is posted, which it is with the last approval')
    .argument(...monthArgument)
    .action(
      act(async (session, month: string) => {
        const client = await openPayrolls(session);
        const isPosted = (state: string) => !['running', 'needs-correction', 'awaiting-approval'].includes(state);
        let document = await client.status(month as never);
        while (!isPosted(document.state)) {
          await delay(pollMs);
          document = await client.status(month as never);
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

const describedApproval = (approval: ApprovalStatus | undefined): DetailLine[] => [
  ['Approved by', approval?.approvals.map(({ by }) => by).join(', ')],
  ['Missing', approval?.missing.join(', ')],
  ['Prepared by', approval?.authors.join(', ')],
];

interface PagesCommand {
  readonly description: string;
  read(session: Session, runId: string, page: Page): Promise<{ readonly document: object; readonly text: string }>;
}

function pages(command: Command, act: Act, { description, read }: PagesCommand): void {
  command
    .description(description)
    .argument(...monthArgument)
    .option('--after <employee>', 'only those whose id comes after this one')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, month: string, page: Page) => {
        const { runId } = await session.services().payroll.findLastRun(monthOf(parse(payrollIdSchema, month)));
        return read(session, runId, page);
      }),
    );
}

function addDecision(command: Command, act: Act, description: string, roles: readonly ('payroll' | 'cfo')[]): void {
  command
    .description(description)
    .argument(...monthArgument)
    .requiredOption('--note <text>', 'why')
    .action(
      act(async (session, month: string, { note }: { readonly note: string }) => {
        const decided = { note, ...(await session.actor(...roles)) };
        const client = await openPayrolls(session);
        const document = await (roles.includes('cfo')
          ? client.pay(month, decided)
          : client.recalculate(month, decided));
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
        const vote = { ...flags, ...(await session.actor('payroll', 'cfo')) };
        const client = await openPayrolls(session);
        if (verb === 'reject') {
          const document = await client.reject(month, vote);
          return { document, text: describeDecision(document) };
        }
        const document = await client.approve(month, vote);
        return { document, text: details(describedApproval(document)) };
      }),
    );
}

/** Loaded when it is needed, as Temporal's packages take most of the time of a command. */
async function openPayrolls(session: Session) {
  const [{ PayrollClient }, temporal] = await Promise.all([import('../../payroll-client.ts'), session.temporal()]);
  return new PayrollClient(temporal, session.services().payroll);
}
