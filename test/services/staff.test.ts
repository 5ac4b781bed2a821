import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openStaff, people, type StaffEnvironment, staffOf } from './staff-environment.ts';

let environment: StaffEnvironment;

beforeAll(async () => {
  environment = await openStaff();
});

afterAll(() => environment?.service.stop());

beforeEach(async () => {
  const { service, staff } = environment;
  await sql`truncate people, delegations`.execute(service.database);
  await staff.importStaff({ people: staffOf() });
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const lending = (changes: object = {}) => ({
  ...{ delegationId: `d-${randomUUID()}`, from: 'carl', to: 'dora', endsAt: inDays(1) },
  ...changes,
});

describe('the staff', () => {
  test('are there as they were imported, and change with the next import', async () => {
    const { staff } = environment;
    expect(await staff.findPerson({ personId: 'mary' })).toEqual({
      ...{ ...people[3], active: true, delegations: [], reports: [] },
    });
    const changed = { personId: 'mary', name: 'Mary Married', email: 'mm@example.org', roles: [], active: false };
    expect(await staff.importStaff({ people: [changed] as never })).toEqual({ imported: 1 });
    expect(await staff.findPerson({ personId: 'mary' })).toEqual({ ...changed, delegations: [], reports: [] });
  });

  test('count once an id, as they came last', async () => {
    const { staff } = environment;
    expect(await staff.importStaff({ people: staffOf({ ...people[0], name: 'Carl Last' }) })).toEqual({ imported: 5 });
    expect(await staff.findPerson({ personId: 'carl' })).toMatchObject({ name: 'Carl Last' });
  });

  test('are listed by pages', async () => {
    const { staff } = environment;
    const first = await staff.listPeople({ limit: 2 });
    expect(first.people.map(({ personId }) => personId)).toEqual(['carl', 'dora']);
    const next = await staff.listPeople({ after: 'dora', limit: 9 });
    expect(next.people.map(({ personId }) => personId)).toEqual(['eve', 'mary', 'max']);
  });

  test('have the active people under them as reports', async () => {
    const { staff } = environment;
    const reports = [
      { personId: 'mary', roles: ['manager'] },
      { personId: 'max', roles: ['manager'] },
    ];
    expect(await staff.findPerson({ personId: 'carl' })).toMatchObject({ reports });
    await staff.importStaff({ people: [{ ...people[4], roles: ['manager'], active: false }] });
    expect(await staff.findPerson({ personId: 'carl' })).toMatchObject({ reports: [reports[0]] });
  });

  test('do not have who was not imported', async () => {
    await expect(environment.staff.findPerson({ personId: 'none' })).rejects.toMatchObject({ type: 'PersonUnknown' });
  });

  test.each([
    ['a role that there is not', { roles: ['boss'] }, 'people.0.roles.0'],
    ['an address that is none', { email: 'mary' }, 'people.0.email'],
    ['a superior who is the person', { superior: 'mary' }, 'people.0.superior'],
    ['a name that is empty', { name: ' ' }, 'people.0.name'],
  ])('are not imported with %s, and nothing changes', async (_, change, field) => {
    const { staff } = environment;
    await expect(staff.importStaff({ people: [{ ...people[3], ...change }] as never })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
    expect(await staff.findPerson({ personId: 'mary' })).toMatchObject({ name: 'Mary Manager' });
  });

  test('are imported by an operator alone', async () => {
    await expect(environment.as('mary', 'manager').importStaff({ people: staffOf() })).rejects.toMatchObject({
      type: 'Forbidden',
    });
  });
});

describe('a delegation', () => {
  test('is found with the person who decides, with the roles that the lender has now', async () => {
    const { staff, as } = environment;
    const draft = lending();
    expect(await as('carl', 'cfo').delegate(draft)).toMatchObject({ ...draft, by: 'carl' });
    const lent = { delegationId: draft.delegationId, from: 'carl', roles: ['cfo'], endsAt: draft.endsAt };
    expect(await staff.findPerson({ personId: 'dora' })).toMatchObject({ delegations: [lent] });
    await staff.importStaff({ people: [{ ...people[0], roles: ['cfo'], active: false }] });
    expect(await staff.findPerson({ personId: 'dora' })).toMatchObject({ delegations: [] });
  });

  test('lends the roles that it names, as long as the lender holds them', async () => {
    const { staff } = environment;
    await staff.importStaff({ people: [{ ...people[0], roles: ['cfo', 'finance'] }] });
    const draft = lending({ roles: ['finance'] });
    expect(await staff.delegate(draft)).toMatchObject({ roles: ['finance'] });
    await expect(staff.delegate({ ...draft, roles: ['cfo'] })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    const lent = async () => (await staff.findPerson({ personId: 'dora' })).delegations.map(({ roles }) => roles);
    expect(await lent()).toEqual([['finance']]);
    const delegatesOf = async (role: 'cfo' | 'finance') =>
      (await staff.findApprovers({ roles: [role] })).approvers.filter(({ as }) => as === 'delegate').length;
    expect([await delegatesOf('finance'), await delegatesOf('cfo')]).toEqual([1, 0]);
    await staff.importStaff({ people: [{ ...people[0], roles: ['cfo'] }] });
    expect(await lent()).toEqual([[]]);
    expect(await delegatesOf('finance')).toBe(0);
  });

  test('is one however often it is asked for, and refused with other content', async () => {
    const { staff } = environment;
    const draft = lending();
    const [one, other] = await Promise.all([staff.delegate(draft), staff.delegate(draft)]);
    expect(other).toEqual(one);
    await expect(staff.delegate({ ...draft, to: 'mary' })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  });

  test('ends at once when it is ended, and stays as it is when it is asked for or ended again', async () => {
    const { staff } = environment;
    const draft = lending();
    await staff.delegate(draft);
    const ended = await staff.endDelegation({ delegationId: draft.delegationId });
    expect(Date.parse(ended.endsAt)).toBeLessThanOrEqual(Date.now());
    expect(await staff.findPerson({ personId: 'dora' })).toMatchObject({ delegations: [] });
    expect(await staff.delegate(draft)).toEqual(ended);
    expect(await staff.endDelegation({ delegationId: draft.delegationId })).toEqual(ended);
  });

  test.each([
    ['from a person who is not known', { from: 'none' }, 'PersonUnknown', 'from'],
    ['to a person who is not known', { to: 'none' }, 'PersonUnknown', 'to'],
    ['to the person themselves', { to: 'carl' }, 'InvalidRequest', 'to'],
    ['that is over', { startsAt: inDays(-2), endsAt: inDays(-1) }, 'InvalidRequest', 'endsAt'],
    ['that ends before it begins', { startsAt: inDays(3), endsAt: inDays(2) }, 'InvalidRequest', 'endsAt'],
  ])('%s is refused', async (_, change, type, field) => {
    await expect(environment.staff.delegate(lending(change))).rejects.toMatchObject({ type, detail: { field } });
  });

  test('is recorded by the lender, or by an operator who is not the one that it is to', async () => {
    const { as } = environment;
    const forbidden = { type: 'Forbidden' };
    await expect(as('mary', 'manager').delegate(lending())).rejects.toMatchObject(forbidden);
    await expect(as('dora', 'operator').delegate(lending())).rejects.toMatchObject(forbidden);
    const draft = lending();
    const { delegationId } = draft;
    expect(await as('olga', 'operator').delegate(draft)).toMatchObject({ by: 'olga' });
    await expect(as('mary', 'manager').endDelegation({ delegationId })).rejects.toMatchObject(forbidden);
    expect(await as('carl', 'cfo').endDelegation({ delegationId })).toMatchObject({ to: 'dora' });
  });

  test('that there is not cannot be ended', async () => {
    await expect(environment.staff.endDelegation({ delegationId: 'none' })).rejects.toMatchObject({
      type: 'DelegationUnknown',
    });
  });
});

describe('those who may decide for a role', () => {
  const approversOf = async (...roles: ('manager' | 'cfo' | 'payroll')[]) =>
    (await environment.staff.findApprovers({ roles })).approvers.map(({ role, personId, as, of }) =>
      [role, as, personId, of].filter(Boolean).join(' '),
    );

  test('are its active holders, with their superiors', async () => {
    await environment.staff.importStaff({ people: [{ ...people[4], roles: ['manager'], active: false }] });
    expect(await approversOf('manager', 'cfo')).toEqual([
      'cfo holder carl',
      'cfo superior eve carl',
      'manager holder mary',
      'manager superior carl mary',
    ]);
  });

  test('are their delegates as well, while it lasts', async () => {
    const { staff } = environment;
    const [now, later] = [lending(), lending({ to: 'max', startsAt: inDays(1), endsAt: inDays(2) })];
    await staff.delegate(now);
    await staff.delegate(later);
    expect(await approversOf('cfo')).toEqual(['cfo delegate dora carl', 'cfo holder carl', 'cfo superior eve carl']);
    await staff.endDelegation({ delegationId: now.delegationId });
    expect(await approversOf('cfo')).toEqual(['cfo holder carl', 'cfo superior eve carl']);
  });

  test('are none where no active person holds it', async () => {
    expect(await approversOf('payroll')).toEqual([]);
  });

  test('come with their name and address', async () => {
    const { approvers } = await environment.staff.findApprovers({ roles: ['cfo'] });
    expect(approvers[0]).toEqual({
      ...{ role: 'cfo', personId: 'carl', name: 'Carl CFO', email: 'carl@example.org', as: 'holder' },
    });
  });
});
