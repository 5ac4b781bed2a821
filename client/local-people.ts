import { type PersonRole, personRoles } from '../contracts/access.ts';

/** Who works at the machine, and holds every role of people. */
export const developer = { subject: 'developer', roles: personRoles } as const;

/** Whom the local issuer knows: the developer, and one person for each role. */
export const localPeople: ReadonlyMap<string, readonly PersonRole[]> = new Map<string, readonly PersonRole[]>([
  [developer.subject, developer.roles],
  ...personRoles.map((role) => [role, [role]] as const),
]);

/** What the file with the token of the command line is called. */
export const commandLineToken = 'command-line';
