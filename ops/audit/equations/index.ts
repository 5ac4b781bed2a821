import { joined } from '../../../contracts/joined.ts';
import * as processes from './list.ts';

const ofOneProcess = 'a process of its own';
/** People read them in this order; each begins with one of these words, or with another one that its process alone has. */
const subjects = ['stock', 'orders', ofOneProcess, 'money', 'ledger', 'mail'];

function placeOf(name: string): number {
  const [subject = ''] = name.split(':', 1);
  return subjects.indexOf(subjects.includes(subject) ? subject : ofOneProcess);
}

/**
 * What must hold once everything is quiet: the name of each equation with the query of its two sides, `left` and `right`,
 * and the `currency` where they are minor units.
 */
export const equations: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<string>(joined(processes)).sort(([one], [other]) => placeOf(one) - placeOf(other)),
);
