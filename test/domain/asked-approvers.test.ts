import { describe, expect, test } from '@jest/globals';
import { askApprovers } from '../../activities/approvers.ts';
import type { PersonRole } from '../../contracts/access.ts';
import type { Approval } from '../../contracts/approvals.ts';
import type { StaffClient } from '../../services/staff/contract.ts';
import type { AskingKind } from '../../workflows/kit/approval-round.ts';

type Holder = readonly [personId: string, as: 'holder' | 'delegate' | 'superior', ...roles: PersonRole[]];

const approval = (by: string, ...roles: PersonRole[]): Approval => ({
  ...{ by, version: 1, roles: roles.map((role) => ({ role })), note: 'seen', at: '2026-01-01T00:00:00.000Z' },
});

/** Who is told, and which roles are vacant. */
async function ask(
  holders: readonly Holder[],
  { kind = 'request' as AskingKind, approvals = [] as Approval[], missing = ['manager', 'cfo'] as PersonRole[] } = {},
) {
  const staff = {
    findApprovers: async ({ roles }: { roles: readonly PersonRole[] }) => ({
      approvers: holders.flatMap(([personId, as, ...held]) =>
        held
          .filter((role) => roles.includes(role))
          .map((role) => ({ role, personId, as, name: personId, email: `${personId}@example.org` })),
      ),
    }),
  } as unknown as StaffClient;
  const times = { requestedAt: '', escalatesAt: '', expiresAt: '' };
  const required: PersonRole[] = ['manager', 'cfo'];
  const status = { version: 1, required, missing, authors: ['ron'], approvals, ...times };
  const told: string[] = [];
  const tell = async (people: readonly { personId: string; role: string }[]) => {
    told.push(...people.map(({ personId, role }) => `${personId} ${role}`));
  };
  const { vacant } = await askApprovers(staff, { kind, day: 0, status }, tell, {});
  return { told, vacant };
}

describe('an asking for approvals', () => {
  test('tells the holders and delegates of the missing roles, and no author', async () => {
    expect(
      await ask([
        ['mary', 'holder', 'manager'],
        ['ron', 'holder', 'manager'],
        ['carl', 'holder', 'cfo'],
        ['dora', 'delegate', 'cfo'],
        ['eve', 'superior', 'cfo'],
      ]),
    ).toEqual({ told: ['mary manager', 'carl cfo', 'dora cfo'], vacant: [] });
  });

  test('tells the superiors once it is escalated', async () => {
    const holders: Holder[] = [
      ['mary', 'holder', 'manager'],
      ['carl', 'holder', 'cfo'],
      ['eve', 'superior', 'cfo'],
    ];
    expect((await ask(holders, { kind: 'escalation' })).told).toContain('eve cfo');
  });

  test('finds a role vacant that only an author holds, and tells the others all the same', async () => {
    expect(
      await ask([
        ['mary', 'holder', 'manager'],
        ['ron', 'holder', 'cfo'],
      ]),
    ).toEqual({ told: ['mary manager'], vacant: ['cfo'] });
  });

  test('finds a role vacant where one person alone holds both', async () => {
    expect((await ask([['anna', 'holder', 'manager', 'cfo']])).vacant).toEqual(['cfo']);
  });

  test('tells the manager by whom the one who is both counts as the other role', async () => {
    const holders: Holder[] = [
      ['anna', 'holder', 'manager', 'cfo'],
      ['bob', 'holder', 'manager'],
    ];
    const options = { approvals: [approval('anna', 'manager', 'cfo')], missing: ['cfo' as const] };
    expect(await ask(holders, options)).toEqual({ told: ['bob manager'], vacant: [] });
  });
});
