import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CommunitiesEnvironment, oakCourt, openCommunities, rent } from './communities-environment.ts';

let environment: CommunitiesEnvironment;

beforeAll(async () => {
  environment = await openCommunities();
});

afterAll(() => environment?.service.stop());

test('a community is there as it was imported, and changes with the next import', async () => {
  const { communities } = environment;
  expect(await communities.importCommunity(oakCourt)).toEqual(oakCourt);
  const changed = { ...oakCourt, dueDay: 15, manager: { name: 'Max Manager', email: 'max@example.org' } };
  expect(await communities.importCommunity(changed)).toEqual(changed);
  expect(await communities.findCommunity({ communityId: 'oak-court' })).toEqual(changed);
});

test('what is asked of a community that there is not is refused', async () => {
  const { communities } = environment;
  const refused = { type: 'UnknownCommunity', detail: { field: 'communityId' } };
  const resident = { customerId: 'c-1', movedIn: '2026-01-01', charges: [] };
  await expect(communities.findCommunity({ communityId: 'none' })).rejects.toMatchObject(refused);
  await expect(communities.importResidents({ communityId: 'none', residents: [resident] })).rejects.toMatchObject(
    refused,
  );
  await expect(communities.listBillable({ communityId: 'none', date: '2026-02-01' })).rejects.toMatchObject(refused);
  await expect(communities.countBillable({ communityId: 'none', date: '2026-02-01' })).rejects.toMatchObject(refused);
});

test.each([
  ['a billing day that February 2026 ends with', { billingDay: 29 }, 'billingDay'],
  ['a due day that no month has', { dueDay: 32 }, 'dueDay'],
  ['a zone that does not exist', { timeZone: 'Europe/Bonn' }, 'timeZone'],
  ['a manager without mail', { manager: { name: 'Mary', email: '' } }, 'manager.email'],
])('%s is refused by its field', async (_, change, field) => {
  await expect(environment.communities.importCommunity({ ...oakCourt, ...change })).rejects.toMatchObject({
    type: 'InvalidRequest',
    detail: { field },
  });
});

describe('the residents of a community', () => {
  const communityId = 'elm-court';
  const resident = (customerId: string, movedIn: string, movedOut?: string) => ({
    ...{ customerId, movedIn, charges: [rent] },
    ...(movedOut && { movedOut }),
  });

  beforeAll(async () => {
    await environment.communities.importCommunity({ ...oakCourt, communityId });
  });

  test('are billable from the day on which they move in to the one before they move out', async () => {
    const { communities } = environment;
    const residents = [
      resident('in-before', '2026-01-31'),
      resident('in-on-the-day', '2026-02-01'),
      resident('in-after', '2026-02-02'),
      resident('out-before', '2025-01-01', '2026-01-31'),
      resident('out-on-the-day', '2025-01-01', '2026-02-01'),
      resident('out-after', '2025-01-01', '2026-02-02'),
    ];
    expect(await communities.importResidents({ communityId, residents })).toEqual({ imported: 6 });
    const page = await communities.listBillable({ communityId, date: '2026-02-01' });
    expect(page).toEqual({
      residents: [residents[0], residents[1], residents[5]].toSorted((one, other) =>
        (one?.customerId ?? '') < (other?.customerId ?? '') ? -1 : 1,
      ),
    });
    expect(await communities.countBillable({ communityId, date: '2026-02-01' })).toEqual({ residents: 3 });
    expect(await communities.countBillable({ communityId, date: '2020-01-01' })).toEqual({ residents: 0 });
  });

  test('are listed by pages, each once, and the last page says that it is the last', async () => {
    const { communities } = environment;
    await communities.importCommunity({ ...oakCourt, communityId: 'paged' });
    const ids = Array.from({ length: 6 }, (_, index) => `r-${index}`);
    const residents = ids.map((id) => resident(id, '2026-01-01'));
    await communities.importResidents({ communityId: 'paged', residents });
    const listed: string[][] = [];
    let after: string | undefined;
    do {
      const page = await communities.listBillable({
        ...{ communityId: 'paged', date: '2026-02-01', limit: 3 },
        ...(after && { after }),
      });
      listed.push(page.residents.map(({ customerId }) => customerId));
      after = page.next;
    } while (after);
    expect(listed).toEqual([ids.slice(0, 3), ids.slice(3)]);
  });

  test('change with the next import, of two with one id the last one counts', async () => {
    const { communities } = environment;
    await communities.importCommunity({ ...oakCourt, communityId: 'changed' });
    const residents = [resident('c-1', '2026-01-01'), { ...resident('c-1', '2026-01-02'), charges: [] }];
    expect(await communities.importResidents({ communityId: 'changed', residents })).toEqual({ imported: 1 });
    const listed = () => communities.listBillable({ communityId: 'changed', date: '2026-02-01' });
    expect(await listed()).toEqual({ residents: [residents[1]] });
    await communities.importResidents({
      communityId: 'changed',
      residents: [resident('c-1', '2026-01-01', '2026-01-15')],
    });
    expect(await listed()).toEqual({ residents: [] });
  });

  test('do not move out before they move in', async () => {
    const residents = [resident('c-1', '2026-02-01', '2026-01-31')];
    await expect(environment.communities.importResidents({ communityId, residents })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'residents.0.movedOut' },
    });
  });
});

test('where a customer lives is told with the days, and of one who lives nowhere it is nothing', async () => {
  const { communities } = environment;
  const residence = { movedIn: '2026-01-01', charges: [rent] };
  for (const [communityId, movedOut] of [['first-home', '2026-03-01'], ['second-home']] as const) {
    await communities.importCommunity({ ...oakCourt, communityId });
    const resident = { customerId: 'c-moves', ...residence, ...(movedOut && { movedOut }) };
    await communities.importResidents({ communityId, residents: [resident] });
  }
  expect(await communities.listResidences({ customerId: 'c-moves' })).toEqual({
    residences: [
      { communityId: 'first-home', ...residence, movedOut: '2026-03-01' },
      { communityId: 'second-home', ...residence },
    ],
  });
  expect(await communities.listResidences({ customerId: 'c-nowhere' })).toEqual({ residences: [] });
});
