import type { Environment } from './configuration.ts';

const isPort = (name: string): boolean => /(^|_)PORT$/.test(name);

/** How the variables begin that are for one role: `LEDGER_CONSUMER_`. */
export const prefixOf = (role: string): string => `${role.toUpperCase().replaceAll('-', '_')}_`;

/**
 * What one role reads of the environment of its process: `LEDGER_PORT` is the `PORT` of the role `ledger`, and counts
 * before a `PORT` for all.
 *
 * @param isAlone whether it is the only role of the process; else a port that is for all would be everybody's and is left out
 */
export function environmentOfRole(role: string, ofProcess: Environment, isAlone: boolean): Environment {
  const prefix = prefixOf(role);
  const variables = Object.entries(ofProcess);
  return Object.fromEntries([
    ...variables.filter(([name]) => isAlone || !isPort(name)),
    ...variables
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value] as const),
  ]);
}

/** Variables for one role, as they stand in the environment of a process that may run others besides. */
export const forRole = (role: string, variables: Environment): Environment =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefixOf(role)}${name}`, value]));
