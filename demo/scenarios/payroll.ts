import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { waitUntil } from '../../parts/wait.ts';
import { approveAndPay, openPayrollOffice, type PayrollOffice, versionToApprove } from '../payroll.ts';
import type { BackOfficeScenario, ProcessScenarios, Stage } from '../scenario.ts';

const month = { groupId: 'demo-staff', period: '2026-02' };
const count = 12;
const [salary, withheld] = [333_333, 61_667 + 31_167];
const within = 20_000;
const note = 'compared with January';

const employeeAt = (place: number) => `demo-employee-${String(place).padStart(2, '0')}`;
const money = (amount: number) => formatMoney(amount, 'EUR');
const officeOf = ({ system, services }: Stage): Promise<PayrollOffice> => openPayrollOffice(system.addresses, services);

/** The type of the refusal that a call is answered with. */
const refusalOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof ServiceFailure ? error.type : String(error)),
  );

const backOffice: readonly BackOfficeScenario[] = [
  {
    title: `the salaries of ${count}, approved by two people`,
    async run(stage) {
      const office = await officeOf(stage);
      const { paul, petra } = office;
      await paul.importEmployees({ employees: Array.from({ length: count }, (_, place) => employedAt(place)) });
      await paul.preparePayroll({ ...month, currency: 'EUR', payDay: '2026-02-25', timeZone: 'Europe/Berlin' });
      const version = await versionToApprove(petra, month);
      const first = await refusalOf(paul.approvePayroll({ ...month, version, note }));
      const approved = await petra.approvePayroll({ ...month, version, note });
      const second = await refusalOf(paul.approvePayroll({ ...month, version, note }));
      await approveAndPay(office, month, version, ['carl']);
      const { counts } = await petra.readPayroll(month);
      const isAsExpected = [first, second, approved.missing.join(), counts?.payslips].join();
      return {
        isAsExpected: isAsExpected === `OwnApproval,OwnApproval,cfo,${count}`,
        came: `${counts?.payslips} payslips are posted and paid; who has prepared them was refused twice: ${second}`,
      };
    },
  },
  {
    title: 'the books of the salaries',
    async run({ services: { ledger } }) {
      const accounts = async () => {
        const { accounts: all } = await ledger.trialBalance({});
        const of = (account: string) => all.find((one) => one.account === account && one.currency === 'EUR');
        return ['5200', '2410', '2400'].map((account) => (of(account)?.debits ?? 0) - (of(account)?.credits ?? 0));
      };
      const expected = [count * salary, -count * withheld, 0].join();
      await waitUntil(async () => (await accounts()).join() === expected, { within });
      const [gross = 0, owed = 0, net = 0] = await accounts();
      return {
        isAsExpected: [gross, owed, net].join() === expected,
        came: `5200 ${money(gross)}; 2410 ${money(owed)}; 2400 ${money(net)}, as all is paid`,
      };
    },
  },
  {
    title: 'a payslip, read by its employee and by another one',
    async run(stage) {
      const office = await officeOf(stage);
      const { payslips } = await office.petra.listPayrollPayslips(month);
      const payslipId = payslips.find(({ employeeId }) => employeeId === employeeAt(0))?.payslipId ?? '';
      const [own, other] = await Promise.all([0, 1].map((place) => office.as(employeeAt(place), 'employee')));
      const { net } = (await own?.findPayslip({ payslipId })) ?? {};
      const document = await own?.readPayslipDocument({ payslipId });
      const refused = await refusalOf(other?.readPayslipDocument({ payslipId }) ?? Promise.resolve());
      return {
        isAsExpected: net === salary - withheld && document?.type === 'application/pdf' && refused === 'Forbidden',
        came: `${money(net ?? 0)} and a PDF for the one; the other was refused: ${refused}`,
      };
    },
  },
];

export const payrollScenarios: ProcessScenarios = { sideBySide: [], outages: [], backOffice };

const employedAt = (place: number) => ({
  ...{ employeeId: employeeAt(place), groupId: month.groupId, currency: 'EUR' as const, employedFrom: '2025-01-01' },
  ...{ name: `Employee ${place + 1}`, email: `${employeeAt(place)}@example.org` },
  earnings: [{ name: 'Salary', amount: salary }],
  deductions: [
    { name: 'Income tax', rate: 1_850 },
    { name: 'Social insurance', rate: 935 },
  ],
});
