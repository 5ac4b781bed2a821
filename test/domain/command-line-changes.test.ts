import { expect, test } from '@jest/globals';
import { changesBetween } from '../../client/command-line/status-changes.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';

const at = (second: number) => `2026-01-31T12:00:0${second}.000Z`;

function status(changes: Partial<CheckoutStatus> = {}): CheckoutStatus {
  const ids = { checkoutId: 'c-1', orderId: 'c-1' } as Pick<CheckoutStatus, 'checkoutId' | 'orderId'>;
  return { ...ids, state: 'running', steps: [], undone: [], needsOperator: [], decisions: [], ...changes };
}

const place = { name: 'place the order', state: 'done', startedAt: at(1), endedAt: at(2) } as const;
const authorize = { name: 'authorize the payment', state: 'running', startedAt: at(2) } as const;
const review = { who: 'reviewer', message: 'review the payment c-1-1', until: at(9) } as const;
const inReview = status({ state: 'in-review', steps: [place, authorize], waitingFor: review });
const approved = { what: 'review the payment', decision: 'approve', by: 'Joan', note: 'known', at: at(4) } as const;

test('the first look tells everything so far, in the order of time', () => {
  expect(changesBetween(undefined, inReview, at(3))).toEqual([
    { time: at(1), what: 'place the order: running' },
    { time: at(2), what: 'place the order: done' },
    { time: at(2), what: 'authorize the payment: running' },
    { time: at(3), what: `waits for the reviewer: review the payment c-1-1, until ${at(9)}` },
    { time: at(3), what: 'in-review' },
  ]);
});

test('what is as it was is not told again', () => {
  expect(changesBetween(inReview, structuredClone(inReview), at(5))).toEqual([]);
});

test('a decision is told at its own time, before what came of it', () => {
  const steps = [place, { ...authorize, state: 'done', endedAt: at(5) }] as const;
  expect(changesBetween(inReview, status({ steps, decisions: [approved] }), at(6))).toEqual([
    { time: at(4), what: 'review the payment: approve, decided by Joan: known' },
    { time: at(5), what: 'authorize the payment: done' },
    { time: at(6), what: 'waits no longer' },
    { time: at(6), what: 'running' },
  ]);
});

test('every call that needs an operator is told once, and that none does any more', () => {
  const escalation = (what: string) => ({ what, message: 'away', since: at(3), canBeSettled: true });
  const waiting = (...escalations: ReturnType<typeof escalation>[]) =>
    status({ waitingFor: { who: 'operator', message: 'commit the stock: away' }, needsOperator: escalations });
  const [one, two] = [
    waiting(escalation('commit the stock')),
    waiting(escalation('complete the order'), escalation('commit the stock')),
  ];
  expect(changesBetween(status(), one, at(4))).toEqual([
    { time: at(4), what: 'waits for an operator: commit the stock: away' },
  ]);
  expect(changesBetween(one, two, at(5))).toEqual([
    { time: at(5), what: 'waits for an operator: complete the order: away' },
  ]);
  expect(changesBetween(two, one, at(6))).toEqual([]);
  expect(changesBetween(one, status(), at(7))).toEqual([{ time: at(7), what: 'waits no longer' }]);
});
