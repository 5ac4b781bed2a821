import type { PersonRole } from '../../contracts/access.ts';
import type { Authenticate } from '../../platform/access/authenticator.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type StaffClient, staffContract } from '../../services/staff/contract.ts';
import { staffHandlers } from '../../services/staff/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The staff on a database of its own. */
export interface StaffEnvironment {
  readonly service: ServiceInProcess<unknown>;
  /** The client of an operator. */
  readonly staff: StaffClient;
  /** The client of one person. */
  as(subject: string, ...roles: PersonRole[]): StaffClient;
}

/** Takes the bearer's word for who they are: `carl cfo,finance`. */
const atTheirWord: Authenticate = async (authorization) => {
  const [, subject = '', roles = ''] = authorization?.split(' ') ?? [];
  return { subject, issuer: 'test', roles: roles.split(',') };
};

export async function openStaff(): Promise<StaffEnvironment> {
  const service = await startInProcess<unknown>('staff', (database, options) =>
    serveHttp(staffContract, staffHandlers(database), { ...options, access: atTheirWord }),
  );
  const as = (subject: string, ...roles: PersonRole[]) =>
    createHttpClient(staffContract, { url: service.url, token: async () => `${subject} ${roles.join(',')}` });
  return { service, staff: as('olga', 'operator'), as };
}

/** Mary and Max are managers under Carl, who is the CFO, under Eve; Dora has no role. */
export const people = [
  { personId: 'carl', name: 'Carl CFO', email: 'carl@example.org', roles: ['cfo'], superior: 'eve' },
  { personId: 'dora', name: 'Dora Delegate', email: 'dora@example.org', roles: [] },
  { personId: 'eve', name: 'Eve Executive', email: 'eve@example.org', roles: [] },
  { personId: 'mary', name: 'Mary Manager', email: 'mary@example.org', roles: ['manager'], superior: 'carl' },
  { personId: 'max', name: 'Max Manager', email: 'max@example.org', roles: ['manager'], superior: 'carl' },
] as const;

/** The people as a call takes them. */
export const staffOf = (...changes: readonly object[]) =>
  [...people, ...changes].map((person) => ({ ...person, roles: [...(person as (typeof people)[0]).roles] })) as never;
