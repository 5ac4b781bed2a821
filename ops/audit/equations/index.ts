import { joined } from '../../../contracts/joined.ts';
import * as processes from './list.ts';

/** People read them in this order; each begins with one of these words. */
const subjects = ['stock', 'orders', 'refunds', 'money', 'ledger', 'mail'];
const placeOf = (name: string) => subjects.indexOf(name.split(':', 1)[0] ?? '');

/**
 * What must hold once everything is quiet: the name of each equation with the query of its two sides, `left` and `right`,
 * and the `currency` where they are minor units.
 */
export const equations: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<string>(joined(processes)).sort(([one], [other]) => placeOf(one) - placeOf(other)),
);
