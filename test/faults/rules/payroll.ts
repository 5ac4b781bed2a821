import type { EventName } from '../../../events/contracts/index.ts';
import { accounts } from '../../../services/ledger/accounts.ts';
import { type SalaryRun, salary } from '../services/payroll.ts';
import { balanceOf } from './books.ts';
import { type Judged, outcomeOf, type Rule, type SubjectRules } from './rule.ts';

/** What must hold of salaries: each is owed, told and paid once, and no employee is told before the books are. */
export const payrollRules: SubjectRules = {
  rules: (judged) => [
    ...[...judged.services.payroll.runs.entries()].flatMap(([runId, run]) => runRules(judged, runId, run)),
    ...toldRules(judged),
    ...bookRules(judged),
    ...correctionRules(judged),
    ...endRules(judged),
  ],
  facts: ['SalaryPosted', 'SalaryPaid', 'SendPayslip'],
};

const isPosted = ({ state }: SalaryRun) => state === 'posted' || state === 'paid';

function runRules({ outcome }: Judged, runId: string, { state, payslips, excluded }: SalaryRun): Rule[] {
  const rows = [...payslips.values()];
  const posted = state === 'posted' || state === 'paid';
  return [
    // The opening of one that was cancelled may arrive after its end, and is refused then.
    [['paid', 'cancelled'].includes(state), `the run ${runId} is ${state} at the end, which is ${outcome}`],
    [rows.every(({ payments }) => payments === Number(posted)), `of the run ${runId} not each payslip is paid once`],
    [rows.every(({ isMailed }) => isMailed === posted), `of the run ${runId} not each employee was told`],
    [![...excluded].some((employee) => payslips.has(employee)), `the run ${runId} pays who was excluded`],
  ];
}

/** One journal a run, and one mail a payslip, which comes after it. */
function toldRules({ services: { payroll, broker } }: Judged): Rule[] {
  const names = broker.events.map(({ name }) => name);
  const count = (wanted: EventName) => names.filter((name) => name === wanted).length;
  const posted = [...payroll.runs.values()].filter(isPosted);
  const payslips = posted.reduce((sum, run) => sum + run.payslips.size, 0);
  const subjects = broker.events.filter(({ name }) => name === 'SendPayslip').map(({ subject }) => subject);
  return [
    [
      count('SalaryPosted') === posted.length,
      `${posted.length} runs are posted, SalaryPosted ${count('SalaryPosted')}`,
    ],
    [count('SalaryPaid') === posted.length, `${posted.length} runs are paid, SalaryPaid ${count('SalaryPaid')} times`],
    [subjects.length === payslips, `${payslips} payslips, ${subjects.length} commands to mail one`],
    [new Set(subjects).size === subjects.length, 'a payslip is mailed twice'],
    [
      subjects.length === 0 || names.indexOf('SendPayslip') > names.indexOf('SalaryPosted'),
      'an employee is told before the books are',
    ],
  ];
}

function bookRules({ services: { payroll, broker } }: Judged): Rule[] {
  const payslips = [...payroll.runs.values()].filter(isPosted).reduce((sum, run) => sum + run.payslips.size, 0);
  const expected = [
    [accounts.grossSalaries, payslips * salary.gross],
    [accounts.withholding, -payslips * salary.withheld],
    [accounts.netPay, 0],
  ] as const;
  return expected.map(([account, amount]) => {
    const booked = balanceOf(broker.events, account);
    return [booked === amount || booked - amount === 0, `${account} has ${booked}, and not ${amount}`];
  });
}

function correctionRules({ services: { payroll } }: Judged): Rule[] {
  return [...payroll.corrections.values()].flatMap(({ correction: { correctionId, state }, postings }): Rule[] => [
    [postings === Number(state === 'posted'), `${correctionId} is ${state}, and was posted ${postings} times`],
    [state !== 'prepared', `${correctionId} is still prepared at the end`],
  ]);
}

/** One that completes is paid, or posted, and no other is. */
function endRules(judged: Judged): Rule[] {
  const { payroll } = judged.services;
  const { subject } = judged.scenario.process;
  const isCompleted = outcomeOf(judged) === 'completed';
  const ended = [...payroll.runs.values()].some(isPosted);
  const isCorrected = [...payroll.corrections.values()].some(({ correction: { state } }) => state === 'posted');
  return [
    [subject !== 'payroll' || ended === isCompleted, `${judged.outcome}, a run is ${ended ? 'posted' : 'not posted'}`],
    [subject !== 'payroll correction' || isCorrected === isCompleted, `${judged.outcome}, posted: ${isCorrected}`],
  ];
}
