import { describe, expect, test } from '@jest/globals';
import { subscriptions } from '../../events/subscriptions.ts';
import type { Evidence } from '../soak/evidence.ts';
import { judgeMemory } from '../soak/memory.ts';
import { paid, refunded } from '../soak/order.ts';
import { judge } from '../soak/rules.ts';
import type { ProcessTarget } from '../soak/targets.ts';
import { recordedBy } from '../soak/workload.ts';

const workflows = 3;
const recorded = recordedBy(workflows);
const claims = { recorded, workflows, completed: workflows, failures: [] };
const at = '2026-01-31T12:00:00.000Z';
const ofConsumer = (names: readonly string[]) =>
  recorded.filter(({ name }) => names.includes(name)).map(({ id }) => id);
const financial = ofConsumer(subscriptions.ledger.events);
const mailed = ofConsumer(subscriptions.notification.events);
const emitted = mailed.map((id) => `emitted-${id}`);
const handled = (ids: readonly string[]) => ids.map((id) => ({ id, at }));
const clearing = (financial.length / 2) * (paid - refunded);

/** What is found after a soak in which nothing went wrong. */
const whole: Evidence = {
  published: [
    ...recorded.map((event) => ({ ...event, time: at })),
    ...emitted.map((id) => ({ id, name: 'NotificationSent' as const, subject: 'soak-1', sequence: 1, time: at })),
  ],
  consumed: {
    ledger: handled(financial),
    notification: handled(mailed),
    'order-history': handled([...recorded.map(({ id }) => id), ...emitted]),
  },
  posted: financial,
  balance: { debits: 10, credits: 10, clearing },
  noted: mailed,
  emitted,
  received: mailed,
  unpublished: 0,
  left: new Map(),
};

const broken = (evidence: Partial<Evidence>, others = {}) =>
  judge({ ...claims, ...others }, { ...whole, ...evidence })
    .filter(({ holds }) => !holds)
    .map(({ name, found }) => `${name}: ${found}`);

const [first = '', second = '', third = ''] = financial;

describe('the rules of a soak', () => {
  test('hold when everything came about once, also when the broker has copies', () => {
    expect(broken({})).toEqual([]);
    expect(broken({ published: [...whole.published, ...whole.published], received: [...mailed, ...mailed] })).toEqual(
      [],
    );
  });

  test('name what was recorded and not published', () => {
    const published = whole.published.filter(({ id }) => id !== first);
    expect(broken({ published })).toEqual([
      `published = recorded: 74 of 75; 1 missing (${first})`,
      `consumed by the order history = published: 105 of 104; 1 unknown (${first})`,
    ]);
  });

  test('name what was published and never recorded', () => {
    const stranger = { id: 'stranger', name: 'OrderPlaced', subject: 'soak-1', sequence: 26, time: at } as const;
    expect(broken({ published: [...whole.published, stranger] })).toContain(
      'published = recorded: 76 of 75; 1 unknown (stranger)',
    );
  });

  test('name what was not posted, and what was posted twice', () => {
    expect(broken({ posted: financial.slice(1) })).toEqual([
      `posted = recorded for the ledger, each once: 29 of 30; 1 missing (${first})`,
    ]);
    expect(broken({ posted: [...financial, third] })).toContain(
      `posted = recorded for the ledger, each once: 30 of 30; 1 twice (${third})`,
    );
  });

  test.each(['ledger', 'notification', 'order-history'] as const)('name what the inbox of %s lacks', (consumer) => {
    const [, ...others] = whole.consumed[consumer];
    expect(broken({ consumed: { ...whole.consumed, [consumer]: others } })).toHaveLength(1);
  });

  test('name what is out of order within a workflow, and only that', () => {
    expect(broken({ posted: [second, first, ...financial.slice(2)] })).toEqual([
      `order: each workflow’s events were posted as recorded: 1 behind a later one (${first})`,
    ]);
    const [one, two, ...others] = whole.published;
    if (!one || !two) throw new Error('there are events');
    expect(broken({ published: [two, one, ...others] })).toEqual([
      `order: each workflow’s events were published as recorded: 1 behind a later one (${one.id})`,
    ]);
    expect(broken({ published: whole.published.toSorted((left, right) => left.sequence - right.sequence) })).toEqual(
      [],
    );
  });

  test('name mails that were not written, were written twice, did not come or have no event', () => {
    expect(broken({ noted: mailed.slice(1), received: mailed.slice(1) })).toHaveLength(1);
    expect(broken({ noted: [...mailed, mailed[0] ?? ''] })).toHaveLength(1);
    expect(broken({ received: mailed.slice(1) })).toHaveLength(1);
    expect(broken({ emitted: emitted.slice(1) })).toHaveLength(1);
  });

  test('name a book that does not balance, or does not say what was paid', () => {
    expect(broken({ balance: { ...whole.balance, debits: 11 } })).toHaveLength(1);
    expect(broken({ balance: { ...whole.balance, clearing: clearing + paid } })).toHaveLength(1);
  });

  test('name what is left in queues and outbox, and workflows that have not ended', () => {
    expect(broken({ left: new Map([['ledger.events.v1.dead', 2]]), unpublished: 1 })).toEqual([
      'nothing is left in work queues, retry tiers, dead letters and outbox: ledger.events.v1.dead 2, outbox 1',
    ]);
    expect(broken({}, { completed: 2, failures: ['soak-3: it failed'] })).toEqual([
      'every workflow has ended: 2 of 3; soak-3: it failed',
    ]);
  });
});

describe('the memory of a process in a soak', () => {
  const name: ProcessTarget = 'bridge-worker';
  const samples = (bytesAt: (share: number) => number) =>
    Array.from({ length: 200 }, (_, index) => ({ at: index / 200, bytes: bytesAt(index / 200) }));

  test('is flat when it stays, whatever it was before the middle', () => {
    expect(
      judgeMemory(
        name,
        samples((share) => (share < 0.5 ? 50e6 : 100e6)),
      )?.holds,
    ).toBe(true);
  });

  test('is not flat when it grows by more than a tenth', () => {
    expect(
      judgeMemory(
        name,
        samples((share) => 100e6 + share * 100e6),
      )?.holds,
    ).toBe(false);
  });

  test('is not judged after a few samples', () => {
    expect(
      judgeMemory(
        name,
        samples(() => 100e6).filter((_, index) => index % 10 === 0),
      ),
    ).toBeUndefined();
  });
});
