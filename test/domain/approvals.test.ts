import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PersonRole } from '../../contracts/access.ts';
import {
  type Approval,
  type ApprovalMatter,
  type Decider,
  heldRoles,
  missingRoles,
  refusalOfApprovals,
  refusalOfDecision,
  refusalOfPerson,
} from '../../contracts/approvals.ts';

const matter: ApprovalMatter = { version: 2, required: ['manager', 'cfo'], authors: ['requester', 'amender'] };

const approval = (by: string, roles: readonly PersonRole[], changes: Partial<Approval> = {}): Approval => ({
  ...{ by, version: 2, note: 'seen', at: '2026-03-02T09:00:00.000Z', roles: roles.map((role) => ({ role })) },
  ...changes,
});

const person = (personId: string, changes: Partial<Decider> = {}): Decider => ({
  ...{ personId, active: true, roles: [], delegations: [], reports: [] },
  ...changes,
});

const now = { at: '2026-03-02T09:00:00.000Z', escalated: false };

describe('a decision', () => {
  test('about the current version, by another person than its authors, is accepted', () => {
    expect(refusalOfDecision(matter, [], { by: 'mary', version: 2 })).toBeUndefined();
  });

  test.each([
    ['of an earlier version', { by: 'mary', version: 1 }, 'ApprovalOutdated'],
    ['of a version that is none', { by: 'mary', version: '2' }, 'ApprovalOutdated'],
    ['of an earlier version by an author', { by: 'requester', version: 1 }, 'ApprovalOutdated'],
    ['by the requester', { by: 'requester', version: 2 }, 'OwnApproval'],
    ['by one who has amended it', { by: 'amender', version: 2 }, 'OwnApproval'],
    ['by one who has decided about it', { by: 'carl', version: 2 }, 'AlreadyDecided'],
  ])('%s is refused', (_, decision, type) => {
    const given = [approval('carl', ['cfo'])];
    expect(refusalOfDecision(matter, given, decision)).toMatchObject({ declared: { type } });
  });

  test('by one who has decided about an earlier version only is accepted', () => {
    expect(
      refusalOfDecision(matter, [approval('carl', ['cfo'], { version: 1 })], { by: 'carl', version: 2 }),
    ).toBeUndefined();
  });

  test('names the version that counts', () => {
    const hashed = { ...matter, version: 'sha256:b' };
    expect(refusalOfDecision(hashed, [], { by: 'mary', version: 'sha256:a' })?.detail.facts).toEqual({
      version: 'sha256:b',
    });
    expect(refusalOfDecision(hashed, [], { by: 'mary', version: 'sha256:b' })).toBeUndefined();
  });
});

describe('the roles that a person decides for', () => {
  const lent = (from: string, roles: readonly PersonRole[], startsAt = '2026-03-01', endsAt = '2026-03-03') => ({
    ...{ from, roles, startsAt: `${startsAt}T00:00:00.000Z`, endsAt: `${endsAt}T00:00:00.000Z` },
  });

  test('are those of the required ones that they hold', () => {
    const both = person('anna', { roles: ['cfo', 'finance', 'manager'] });
    expect(heldRoles(matter, both, now)).toEqual([{ role: 'manager' }, { role: 'cfo' }]);
  });

  test('are none for a person who is not active, whatever they hold', () => {
    const left = person('anna', { active: false, roles: ['cfo'], delegations: [lent('carl', ['cfo'])] });
    expect(heldRoles(matter, left, now)).toEqual([]);
    expect(refusalOfPerson(matter, left, now)).toMatchObject({ declared: { type: 'NotAnApprover' } });
  });

  test('are none for another role', () => {
    const finance = person('fred', { roles: ['finance', 'operator'] });
    expect(heldRoles(matter, finance, now)).toEqual([]);
    expect(refusalOfPerson(matter, finance, now)).toMatchObject({
      declared: { type: 'NotAnApprover' },
      detail: { field: 'by' },
    });
  });

  test('are those that a person has lent them', () => {
    const delegate = person('dora', { delegations: [lent('carl', ['cfo', 'finance'])] });
    expect(heldRoles(matter, delegate, now)).toEqual([{ role: 'cfo', through: { kind: 'delegation', of: 'carl' } }]);
  });

  test.each([
    ['before it begins', '2026-02-28T23:59:59.999Z', 0],
    ['when it begins', '2026-03-01T00:00:00.000Z', 1],
    ['just before it ends', '2026-03-02T23:59:59.999Z', 1],
    ['when it ends', '2026-03-03T00:00:00.000Z', 0],
  ])('what is lent counts %s as it should', (_, at, held) => {
    const delegate = person('dora', { delegations: [lent('carl', ['cfo'])] });
    expect(heldRoles(matter, delegate, { at, escalated: false })).toHaveLength(held);
  });

  test('do not come from an author: who has written it has no role to lend for it', () => {
    const delegate = person('dora', { delegations: [lent('requester', ['cfo'])] });
    expect(heldRoles(matter, delegate, now)).toEqual([]);
    expect(refusalOfPerson(matter, delegate, now)).toMatchObject({ declared: { type: 'OwnApproval' } });
  });

  test('come from another lender where an author is one of them', () => {
    const delegate = person('dora', { delegations: [lent('requester', ['cfo']), lent('carl', ['cfo'])] });
    expect(heldRoles(matter, delegate, now)).toEqual([{ role: 'cfo', through: { kind: 'delegation', of: 'carl' } }]);
  });

  test('are the own ones before those that are lent', () => {
    const delegate = person('dora', { roles: ['cfo'], delegations: [lent('carl', ['cfo'])] });
    expect(heldRoles(matter, delegate, now)).toEqual([{ role: 'cfo' }]);
  });

  test('are those of the people under them once it was escalated, and not before', () => {
    const superior = person('eve', { reports: [{ personId: 'carl', roles: ['cfo'] }] });
    expect(heldRoles(matter, superior, now)).toEqual([]);
    expect(heldRoles(matter, superior, { ...now, escalated: true })).toEqual([
      { role: 'cfo', through: { kind: 'escalation', of: 'carl' } },
    ]);
  });
});

describe('the roles that are missing', () => {
  test.each<[string, readonly Approval[], readonly PersonRole[]]>([
    ['nothing', [], ['manager', 'cfo']],
    ['a manager', [approval('mary', ['manager'])], ['cfo']],
    ['a manager and the CFO', [approval('mary', ['manager']), approval('carl', ['cfo'])], []],
    ['two managers', [approval('mary', ['manager']), approval('max', ['manager'])], ['cfo']],
    ['one who is both', [approval('anna', ['manager', 'cfo'])], ['cfo']],
    ['one who is both, twice', [approval('anna', ['manager']), approval('anna', ['cfo'])], ['manager']],
    ['one who is both, then a manager', [approval('anna', ['manager', 'cfo']), approval('mary', ['manager'])], []],
    ['a manager, then one who is both', [approval('mary', ['manager']), approval('anna', ['manager', 'cfo'])], []],
    ['an author', [approval('mary', ['manager']), approval('requester', ['cfo'])], ['cfo']],
    ['another version', [approval('mary', ['manager']), approval('carl', ['cfo'], { version: 1 })], ['cfo']],
  ])('after %s', (_, given, missing) => {
    expect(missingRoles(matter, given)).toEqual(missing);
  });

  test('are as few as any way of telling the approvals apart leaves, of three roles and five people too', () => {
    const roles = ['manager', 'cfo', 'finance'] as const;
    const some = fc.array(fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1 }), some, (required, held) => {
        const given = held.map((of, index) => approval(`p${index}`, of));
        expect(missingRoles({ ...matter, required }, given)).toHaveLength(fewest(required, held));
      }),
    );
  });
});

/** Tries every way: each role has any person who holds it, or none. */
function fewest(required: readonly PersonRole[], people: readonly (readonly PersonRole[])[]): number {
  const [role, ...others] = required;
  if (!role) return 0;
  const without = 1 + fewest(others, people);
  const taken = people.flatMap((roles, index) =>
    roles.includes(role) ? [fewest(others, people.toSpliced(index, 1))] : [],
  );
  return Math.min(without, ...taken);
}

describe('what a service checks again', () => {
  const mary = approval('mary', ['manager']);
  const carl = approval('carl', ['cfo']);

  test('passes when each role has a person of its own', () => {
    expect(refusalOfApprovals(matter, [mary, carl])).toBeUndefined();
    expect(refusalOfApprovals({ ...matter, required: ['manager'] }, [mary])).toBeUndefined();
  });

  test.each<[string, readonly Approval[], string]>([
    ['no approval at all', [], 'ApprovalMissing'],
    ['a manager alone', [mary], 'ApprovalMissing'],
    ['one who is both, alone', [approval('anna', ['manager', 'cfo'])], 'ApprovalMissing'],
    ['the requester', [mary, approval('requester', ['cfo'])], 'OwnApproval'],
    ['one who has amended it', [approval('amender', ['manager']), carl], 'OwnApproval'],
    ['an approval of another version', [mary, { ...carl, version: 1 }], 'ApprovalOutdated'],
    ['one person twice', [approval('anna', ['manager']), approval('anna', ['cfo'])], 'AlreadyDecided'],
    [
      'a delegate of the requester',
      [mary, { ...carl, roles: [{ role: 'cfo', through: { kind: 'delegation', of: 'requester' } }] }],
      'OwnApproval',
    ],
  ])('refuses %s', (_, given, type) => {
    expect(refusalOfApprovals(matter, given)).toMatchObject({ declared: { type } });
  });
});
