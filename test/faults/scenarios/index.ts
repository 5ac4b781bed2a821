import type { Scenario } from '../scenario.ts';
import * as processes from './list.ts';

/** The page shows them in this order, a process that is not named here at its end. */
const order = [
  'checkout',
  'refund',
  'checkout after an earlier run',
  'refund after an earlier run',
  'provider refund',
  'dispute',
  'reconciliation',
  'invoice',
  'invoice payment',
  'monthly invoicing',
  'invoice after an earlier run',
  'invoice payment after an earlier run',
  'payroll',
  'payroll correction',
];
const placeOf = ({ process: { name }, earlier }: Scenario) => {
  const place = order.indexOf(earlier ? `${name} after an earlier run` : name);
  return place === -1 ? order.length : place;
};

/** All scenarios of all processes. */
export const scenarios: readonly Scenario[] = Object.values(processes)
  .flatMap((process) => process.scenarios.map((scenario) => ({ ...scenario, process })))
  .sort((one, other) => placeOf(one) - placeOf(other));
