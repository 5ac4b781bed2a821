import type { Equations } from '../equation.ts';
import { balanceOf, counts, journals, money, none } from './sql.ts';

/** What the journals of a month of a group are about. */
const month = `'payroll ' || group_id || '.' || period`;

/** What runs that are posted come to. */
const ofRuns = (amount: string) =>
  `select ${month} as subject, currency, ${amount} as amount from payroll.audited_runs`;

const runsWhere = (condition: string) =>
  `select ${month} as subject, 1 as amount from payroll.audited_runs where ${condition}`;

const books = '`ledger completeness` names the event; a dead letter of it is replayed, what is lost is recovered.';
const byHand =
  'It was written by no operation of payroll: have who does the payroll compare the run with its approved content, and with a backup.';
const inFlight = ['workflows', 'ledger'] as const;

/** What must hold of salaries. The audit reads totals of runs, counts and ids: it knows the amounts of no person. */
export const payrollEquations: Equations = {
  'payroll: runs in progress = 0': {
    sides: none(
      month,
      `(
        select group_id, period from payroll.audited_open_runs
        union all select group_id, period from payroll.audited_runs where state = 'posted'
      ) as run`,
    ),
    carriers: ['workflows'],
    means: 'A run is open, or waits for its pay day, as long as its workflow does, and no longer.',
    remedy: 'Prepare the month again (`payroll prepare`) where it is not posted; else start its workflow again.',
  },
  'payroll: payslips = employees - excluded': {
    sides: `select ${month} as subject, null as currency, payslips as left, employees - excluded as right from payroll.audited_runs`,
    means: 'A month pays each employee of its group once, but those who were left out.',
    remedy: byHand,
  },
  'payroll: payslips paid twice, not at all, or otherwise than they say = 0': {
    sides: none(month, `payroll.audited_runs where payslips_paid_otherwise > 0`),
    means: 'What was paid on a payslip is what it says is payable.',
    remedy: byHand,
  },
  'payroll: gross = withheld + net': {
    sides: `
      select ${month} as subject, currency, posted_gross::bigint as left, (posted_withheld + posted_net)::bigint as right
      from payroll.audited_runs`,
    means: 'Net is what the deductions leave of the gross.',
    remedy: byHand,
  },
  'payroll: posted, but without the command of a mail = 0': {
    sides: none(month, `payroll.audited_runs where payslips_not_mailed > 0`),
    carriers: ['workflows'],
    means: 'Every employee is told of their payslip once the month is posted.',
    remedy: 'The workflow of the month sends them: see `payroll status`, and resolve what it waits for.',
  },
  'payroll: written twice that a payslip is there = 0': {
    sides: none(
      `'payslip ' || subject`,
      `(
        select subject from payroll.audited_events where type = 'notification.send-payslip.v1' group by 1 having count(*) > 1
      ) as twice`,
    ),
    means: 'The mail about a payslip is commanded once.',
    remedy: 'The second command has another id, so no inbox drops it: tell the employee.',
  },
  'ledger: gross salaries = posted - reversed': {
    sides: money(balanceOf('5200'), ofRuns('posted_gross - reversed_gross')),
    carriers: inFlight,
    means: 'What the salaries of a month cost is what was posted and not taken back.',
    remedy: books,
  },
  'ledger: withholding = withheld of what is posted - of what is reversed': {
    sides: money(balanceOf('2410'), ofRuns('reversed_withheld - posted_withheld')),
    carriers: inFlight,
    means: 'What is withheld from salaries is owed to those who levy it.',
    remedy: books,
  },
  'ledger: net pay = unpaid - to recover': {
    sides: money(balanceOf('2400'), ofRuns('to_recover - unpaid')),
    carriers: inFlight,
    means: 'What is owed to employees of a month is what is not paid yet, less what was paid too much.',
    remedy: books,
  },
  'ledger: salary journals = posted runs': {
    sides: counts(journals('payroll.salary.posted.v1'), runsWhere('is_announced')),
    carriers: inFlight,
    means: 'That a month is posted was published once, and is in the books once.',
    remedy: books,
  },
  'ledger: salary payment journals = paid runs': {
    sides: counts(journals('payroll.salary.paid.v1'), runsWhere('is_payment_announced')),
    carriers: inFlight,
    means: 'That a month is paid was published once, and is in the books once.',
    remedy: books,
  },
  'mail: payslips = different mails with one': {
    // The notifications remember a mail for a year.
    sides: counts(
      `select 'payslip ' || payslip_id as subject, 1 as amount from payroll.audited_payslips
       where mail_commanded_at > now() - interval '300 days'`,
      `select 'payslip ' || subject_id as subject, count(distinct mails.message_id) as amount
       from mail_sink.mails join notification.mails as sent using (message_id)
       where mails.template = 'payslip' and subject_kind = 'payslip' and sent_at > now() - interval '300 days' group by 1`,
    ),
    carriers: ['notification'],
    reads: 'mail sink',
    means: 'The employee was told once of each payslip.',
    remedy: 'See the dead letters of `notification.commands.v1`, and whether `notification-consumer` runs.',
  },
};
