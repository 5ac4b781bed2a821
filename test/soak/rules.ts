import { subscriptions } from '../../events/subscriptions.ts';
import type { Evidence } from './evidence.ts';
import { paid, refunded } from './order.ts';
import type { RecordedEvent } from './workload.ts';

/** Something that has to hold after a soak. */
export interface Rule {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, for people. */
  readonly found: string;
}

export interface Claims {
  /** What the workflows have handed to the bridge. */
  readonly recorded: readonly RecordedEvent[];
  readonly workflows: number;
  readonly completed: number;
  /** Why workflows did not complete. */
  readonly failures: readonly string[];
}

/** Holds what the workflows recorded against what became of it, id by id. */
export function judge({ recorded, workflows, completed, failures }: Claims, evidence: Evidence): Rule[] {
  const { published, consumed, posted, noted, emitted, received, balance, unpublished, left } = evidence;
  const namesOf = (names: readonly string[]) => recorded.filter(({ name }) => names.includes(name));
  const financial = idsOf(namesOf(subscriptions.ledger.events));
  const mailed = idsOf(namesOf(subscriptions.notification.events));
  const told = published.filter(({ name }) => name === 'NotificationSent');
  const facts = published.filter(({ name }) => name !== 'NotificationSent');
  const clearing = namesOf(['PaymentProcessed']).length * paid - namesOf(['OrderRefunded']).length * refunded;
  return [
    {
      name: 'every workflow has ended',
      holds: completed === workflows,
      found: `${count(completed)} of ${count(workflows)}${failures[0] ? `; ${failures[0]}` : ''}`,
    },
    compare('published = recorded', idsOf(recorded), unique(idsOf(facts))),
    compare('consumed by the ledger = recorded for it', financial, idsOf(consumed.ledger)),
    compare('posted = recorded for the ledger, each once', financial, posted),
    compare('consumed by the notifications = recorded for them', mailed, idsOf(consumed.notification)),
    compare('mails noted = recorded for the notifications, each once', mailed, noted),
    compare('mails received = mails noted', noted, unique(received)),
    compare('NotificationSent: published = emitted with the mails', emitted, unique(idsOf(told))),
    compare('consumed by the order history = published', unique(idsOf(published)), idsOf(consumed['order-history'])),
    inOrder('order: each workflow’s events were published as recorded', recorded, unique(idsOf(facts))),
    inOrder('order: each workflow’s events were posted as recorded', recorded, unique(posted)),
    {
      name: 'the book: debits = credits, and the provider owes payments less refunds',
      holds: balance.debits === balance.credits && balance.clearing === clearing,
      found: `${count(balance.debits)} = ${count(balance.credits)}; ${count(balance.clearing)} of ${count(clearing)}`,
    },
    {
      name: 'nothing is left in work queues, retry tiers, dead letters and outbox',
      holds: left.size === 0 && unpublished === 0,
      found:
        [...left, ...(unpublished ? [['outbox', unpublished]] : [])]
          .map(([name, count]) => `${name} ${count}`)
          .join(', ') || '0',
    },
  ];
}

/** Compares ids one by one. */
function compare(name: string, expected: readonly string[], found: readonly string[]): Rule {
  const wanted = new Set(expected);
  const there = new Set(found);
  const differences = [
    tell(
      'missing',
      expected.filter((id) => !there.has(id)),
    ),
    tell(
      'unknown',
      [...there].filter((id) => !wanted.has(id)),
    ),
    tell('twice', repeated(found)),
  ].filter((text) => text !== '');
  return {
    name,
    holds: differences.length === 0,
    found: [`${count(there.size)} of ${count(wanted.size)}`, ...differences].join('; '),
  };
}

/** Whether the events of each workflow stand in the order of their sequence. */
function inOrder(name: string, recorded: readonly RecordedEvent[], ids: readonly string[]): Rule {
  const events = new Map(recorded.map((event) => [event.id, event]));
  const reached = new Map<string, number>();
  const late = ids.filter((id) => {
    const event = events.get(id);
    if (!event) return false;
    const before = reached.get(event.subject) ?? 0;
    reached.set(event.subject, Math.max(before, event.sequence));
    return event.sequence < before;
  });
  return { name, holds: late.length === 0, found: tell('behind a later one', late) || `${count(ids.length)} in order` };
}

const count = (value: number) => value.toLocaleString('en');

const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

const unique = (ids: readonly string[]) => [...new Set(ids)];

/** Those that come more than once. */
export function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}

const examples = 3;

function tell(what: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return `${ids.length} ${what} (${ids.slice(0, examples).join(', ')}${ids.length > examples ? ', …' : ''})`;
}
