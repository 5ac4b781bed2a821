import { joined } from '../../../contracts/joined.ts';
import type { Equation, Equations } from '../equation.ts';
import * as processes from './list.ts';

const ofOneProcess = 'a process of its own';
/** People read them in this order; each begins with one of these words, or with another one that its process alone has. */
const subjects = ['stock', 'orders', ofOneProcess, 'money', 'ledger', 'mail'];

function placeOf(name: string): number {
  const [subject = ''] = name.split(':', 1);
  return subjects.indexOf(subjects.includes(subject) ? subject : ofOneProcess);
}

/** What must hold of a running system, by the names of the equations. */
export const equations: Equations = Object.fromEntries(
  Object.entries<Equation>(joined(processes)).sort(([one], [other]) => placeOf(one) - placeOf(other)),
);
