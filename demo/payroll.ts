import path from 'node:path';
import { type FrontDoor, openFrontDoor } from '../client/front-door.ts';
import type { ServiceClients } from '../client/services.ts';
import type { PersonRole } from '../contracts/access.ts';
import { waitUntil } from '../parts/wait.ts';
import { LocalIssuer } from '../platform/access/local-issuer.ts';

type Addresses = Readonly<Record<string, string | undefined>>;
export type Salaries = FrontDoor['payroll'];

/** Who does the payroll: one prepares it, the others approve it. */
const office = {
  paul: { name: 'Paul Prepares', roles: ['payroll'] },
  petra: { name: 'Petra Checks', roles: ['payroll'] },
  carl: { name: 'Carl Cash', roles: ['cfo'] },
} as const;

const within = 30_000;
const note = 'compared with the month before';

/** The salaries at the front door, for one person each. */
export interface PayrollOffice extends Readonly<Record<keyof typeof office, Salaries>> {
  /** For another person. */
  as(subject: string, ...roles: PersonRole[]): Promise<Salaries>;
}

/** Employs those who do the payroll, and opens the front door for each of them. */
export async function openPayrollOffice(addresses: Addresses, { staff }: ServiceClients): Promise<PayrollOffice> {
  const issuer = await LocalIssuer.open(path.dirname(String(addresses['ACCESS_TOKEN_FILE'])));
  const as = async (subject: string, ...roles: PersonRole[]): Promise<Salaries> => {
    const token = await issuer.issue(subject, roles);
    return openFrontDoor(addresses as Record<string, string>, async () => token).payroll;
  };
  await staff.importStaff({
    people: Object.entries(office).map(([personId, { name, roles }]) => ({
      ...{ personId, name, email: `${personId}@example.org`, roles: [...roles] },
    })),
  });
  const [paul, petra, carl] = await Promise.all([
    as('paul', ...office.paul.roles),
    as('petra', ...office.petra.roles),
    as('carl', ...office.carl.roles),
  ]);
  return { paul, petra, carl, as };
}

export interface PaidMonth {
  readonly groupId: string;
  readonly period: string;
}

/** Waits until the month can be approved. Returns the version that is. */
export async function versionToApprove(payroll: Salaries, month: PaidMonth): Promise<string> {
  await untilState(payroll, month, 'awaiting-approval');
  return (await payroll.readPayroll(month)).contentHash ?? '';
}

/** Has people approve a version, and waits until it is paid, where the pay day is over. */
export async function approveAndPay(
  office: PayrollOffice,
  month: PaidMonth,
  version: string,
  people: readonly ('petra' | 'carl')[] = ['petra', 'carl'],
): Promise<void> {
  for (const person of people) await office[person].approvePayroll({ ...month, version, note });
  await untilState(office.petra, month, 'completed');
}

/** @throws {Error} when the month is not in that state in time */
async function untilState(payroll: Salaries, month: PaidMonth, state: string): Promise<void> {
  const isReached = async () => (await payroll.readPayroll(month)).state === state;
  if (await waitUntil(isReached, { within, every: 100 })) return;
  throw new Error(`the payroll is ${(await payroll.readPayroll(month)).state}, and not ${state} in time`);
}
