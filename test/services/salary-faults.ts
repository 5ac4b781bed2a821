import { type PlantedFault, postedTwice, withoutJournal } from './planted-fault.ts';

/** What may be wrong with salaries. */
export const ofSalaries: readonly PlantedFault[] = [
  {
    fault: 'a run of salaries was left open',
    sql: `insert into payroll.runs (run_id, group_id, period, currency, pay_day, time_zone, authors)
      values ('left', 'board', '2026-03', 'EUR', '2026-03-25', 'UTC', '{paul}')`,
    named: ['payroll: runs in progress = 0'],
  },
  {
    fault: 'an employee was left out by no decision',
    sql: `delete from payroll.exclusions;
      update payroll.employees set updated_at = opened_at - interval '1 day' from payroll.runs`,
    named: ['payroll: payslips = employees - excluded'],
  },
  {
    fault: 'an employee has two payslips of a month',
    sql: `drop index payroll.one_payslip_a_month;
      insert into payroll.payslips (
        payslip_id, run_id, calculation, employee_id, employee_name, period, state, earnings, rules, deductions, gross, withheld,
        net, carried, payable
      ) select 'again', run_id, calculation, employee_id, employee_name, period, 'posted', earnings, rules, deductions, gross,
        withheld, net, carried, payable from payroll.payslips where state = 'paid' limit 1`,
    named: [
      'payroll: payslips = employees - excluded',
      'payroll: posted, but without the command of a mail = 0',
      'ledger: gross salaries = posted - reversed',
    ],
  },
  {
    fault: 'a payslip was paid with more than it says',
    sql: `update payroll.payments set amount = amount + 1 where payslip_id = (select payslip_id from payroll.returns)`,
    named: [
      'payroll: payslips paid twice, not at all, or otherwise than they say = 0',
      'ledger: cash = transfers - salaries and bills that are paid',
      'ledger: net pay = unpaid - to recover',
    ],
  },
  {
    fault: 'net is not what the deductions leave',
    sql: `alter table payroll.payslips drop constraint net_is_what_is_left, drop constraint payable_is_net_and_carried;
      update payroll.payslips set withheld = withheld + 1`,
    named: [
      'payroll: gross = withheld + net',
      'ledger: withholding = withheld of what is posted - of what is reversed',
    ],
  },
  {
    fault: 'a mail about a payslip was commanded twice',
    sql: `insert into payroll.outbox (message_id, subject, type, body)
      select message_id || '-again', subject, type, body from payroll.outbox where type = 'notification.send-payslip.v1'`,
    named: ['payroll: written twice that a payslip is there = 0'],
  },
  {
    fault: 'the mail about a payslip is missing',
    sql: `delete from mail_sink.mails where template = 'payslip'`,
    named: ['mail: payslips = different mails with one'],
  },
  {
    fault: 'a month was posted, and the books do not know',
    sql: withoutJournal(`event_type = 'payroll.salary.posted.v1'`),
    named: [
      'ledger: salary journals = posted runs',
      'ledger: gross salaries = posted - reversed',
      'ledger: withholding = withheld of what is posted - of what is reversed',
      'ledger: net pay = unpaid - to recover',
    ],
  },
  {
    fault: 'a month was posted twice',
    sql: postedTwice(`event_type = 'payroll.salary.posted.v1'`),
    named: ['ledger: salary journals = posted runs', 'ledger: gross salaries = posted - reversed'],
  },
  {
    fault: 'a month was paid, and the books do not know',
    sql: withoutJournal(`event_type = 'payroll.salary.paid.v1'`),
    named: [
      'ledger: salary payment journals = paid runs',
      'ledger: cash = transfers - salaries and bills that are paid',
    ],
  },
  {
    fault: 'a correction is not in the books',
    sql: withoutJournal(`event_type = 'payroll.salary.reversed.v1'`),
    named: ['ledger: gross salaries = posted - reversed', 'ledger: net pay = unpaid - to recover'],
  },
  {
    fault: 'a dead letter of the ledger has vanished, of an event of payroll',
    sql: `delete from ledger.inbox where type = 'payroll.salary.returned.v1'`,
    named: ['events: of payroll that ledger has neither handled nor parked = 0'],
  },
];
