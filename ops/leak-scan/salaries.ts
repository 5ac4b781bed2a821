import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { createServiceClients } from '../../client/services.ts';
import { formatMoney } from '../../contracts/currency.ts';
import { approveAndPay, openPayrollOffice, versionToApprove } from '../../demo/payroll.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { type MarkedPerson, markedPerson, sendToLedger } from './work.ts';

type Addresses = Readonly<Record<string, string>>;

/** An employee whom no other is named like, and who earns what no other does. */
export interface MarkedEmployee extends MarkedPerson {
  readonly salary: number;
  readonly net: number;
}

const month = { groupId: 'leak-staff', period: '2026-02' };

/** @param name a first name, so that people can read what was found */
export function markedEmployee(name: string): MarkedEmployee {
  // Eleven digits, which no time and no port has.
  const salary = randomInt(60_000_000_000, 90_000_000_000) * 10;
  return { ...markedPerson(name), salary, net: salary - salary / 10 };
}

/** What may stand nowhere but where salaries are kept: names, addresses and amounts, as they are and as people read them. */
export const needlesOf = ({ name, email, salary, net }: MarkedEmployee): string[] => [
  ...[name, email, String(salary), String(net), formatMoney(salary, 'EUR'), formatMoney(net, 'EUR')],
];

/** Has employees paid; one more cannot be calculated, and is left out. Leaves a dead letter of a message about a payslip. */
export async function leaveSalaries(addresses: Addresses, employees: readonly MarkedEmployee[]): Promise<void> {
  const services = createServiceClients(addresses);
  const office = await openPayrollOffice(addresses, services);
  const tenth = { name: 'Tax', rate: 1_000 };
  const imported = employees.map(({ customerId, name, email, salary }, index) => ({
    ...{ employeeId: customerId, groupId: month.groupId, name, email, currency: 'EUR' as const },
    ...{ employedFrom: '2025-01-01', earnings: [{ name: 'Salary', amount: salary }] },
    deductions: index === 0 ? [tenth, { name: 'Advance', amount: salary }] : [tenth],
  }));
  await office.paul.importEmployees({ employees: imported });
  await office.paul.preparePayroll({ ...month, currency: 'EUR', payDay: '2026-02-25', timeZone: 'UTC' });
  const hasFailed = async () => (await office.paul.readPayroll(month)).state === 'needs-correction';
  if (!(await waitUntil(hasFailed, { within: 30_000, every: 100 }))) throw new Error('no employee could not be paid');
  const [failed] = employees;
  await office.paul.excludeEmployee({ ...month, employeeId: failed?.customerId ?? '', note: 'has had it in advance' });
  const version = await versionToApprove(office.petra, month);
  await approveAndPay(office, month, version);
  const { payslips } = await office.petra.listPayrollPayslips(month);
  for (const { customerId, net } of employees.slice(1)) {
    const payslip = payslips.find(({ employeeId }) => employeeId === customerId);
    if (payslip?.net !== net) throw new Error(`${customerId} was not paid ${net}`);
    const own = await office.as(customerId, 'employee');
    await own.findPayslip({ payslipId: payslip.payslipId });
  }
  await leaveDeadLetter(addresses, payslips[0]?.payslipId ?? '');
}

/** A command about a payslip that comes to the ledger, which parks it. */
async function leaveDeadLetter(addresses: Addresses, payslipId: string): Promise<void> {
  const database = openDatabase<unknown>({ url: String(addresses['DATABASE_URL']), schema: 'payroll', connections: 1 });
  const { rows } = await sql<{ messageId: string; body: string }>`
    select message_id as "messageId", body from outbox where subject = ${payslipId} limit 1
  `.execute(database);
  await database.destroy();
  const [command] = rows;
  if (!command) throw new Error(`there was no command about ${payslipId}`);
  await sendToLedger(addresses['AMQP_URL'] ?? '', command.messageId, command.body);
  const { deadLetters } = createServiceClients(addresses);
  const isArchived = async () =>
    (await deadLetters.listDeadLetters({ subject: payslipId } as never)).deadLetters.length > 0;
  if (!(await waitUntil(isArchived, { within: 20_000, every: 100 }))) throw new Error('no dead letter was archived');
}
