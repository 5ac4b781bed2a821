/** Where a person may be named, and why; whatever else is found is a leak. */
interface Allowed {
  readonly place: RegExp;
  readonly why: string;
  /** Whether it may still be so after the person was erased. */
  readonly afterErasure?: true;
}

const allowed: readonly Allowed[] = [
  { place: /^customers\.(customers|outbox)$/, why: 'whose account it is' },
  { place: /^(billing|communities)\.customers_copy$/, why: 'a copy of the account' },
  { place: /^billing\.(invoices|payments)$/, why: 'to whom an invoice is written' },
  { place: /^billing\.outbox$/, why: 'events, until they are pruned' },
  { place: /^orders\.orders$/, why: 'whom a refund of the order is mailed to' },
  { place: /^dead_letters\.dead_letters$/, why: 'a message that waits for a decision' },
  { place: /^mail_sink\./, why: 'stands in for mail servers of others', afterErasure: true },
  {
    place: /^rabbitmq\//,
    why: 'messages that were taken, until the broker overwrites its log',
    afterErasure: true,
  },
];

/** Where it may stand who earns what; nowhere else, be it sealed away or gone a moment later. */
const allowedOfSalaries: readonly Pick<Allowed, 'place' | 'why'>[] = [
  { place: /^payroll\.(employees|payslips|payments|failures)$/, why: 'who earns what' },
  { place: /^mail_sink\./, why: 'stands in for mail servers of others' },
];

/** Why a name or an amount of an employee may be there, or `undefined` where it may not. */
export const whySalaryAllowed = (place: string): string | undefined =>
  allowedOfSalaries.find((one) => one.place.test(place))?.why;

/** Why something may be there, or `undefined` where it may not. */
export function whyAllowed(place: string, isErased: boolean): string | undefined {
  return allowed.find((one) => one.place.test(place) && (!isErased || one.afterErasure))?.why;
}
