import type { EventName } from '../../../events/contracts/index.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { type Account, accounts } from '../../../services/ledger/accounts.ts';
import { postings } from '../../../services/ledger/postings/index.ts';
import type { JournalLine, Posting } from '../../../services/ledger/postings/posting.ts';
import { isLeft, leftToPeople, movedMoney } from './provider.ts';
import type { Judged, Rule } from './rule.ts';

/** The books have what the provider has, of checkouts and of invoices together. */
export function bookRules(judged: Judged): Rule[] {
  const { broker, payments } = judged.services;
  const left = leftToPeople(judged.services, isLeft(judged));
  const booked = balanceOf(broker.events, accounts.providerClearing);
  const moved = movedMoney(payments.movements) + left.refunded + left.disputed;
  return [[booked === moved, `the books have ${booked} at the provider, who has ${moved}`]];
}

/** Minor units on the debit side of an account, by the ledger's own rules for what was published. */
export function balanceOf(events: readonly IntegrationEvent[], account: Account): number {
  return events.flatMap(linesOf).reduce((sum, line) => {
    if (line.account !== account) return sum;
    return line.side === 'debit' ? sum + line.amount : sum - line.amount;
  }, 0);
}

function linesOf(event: IntegrationEvent): readonly JournalLine[] {
  const post = (postings as Readonly<Record<string, Posting<EventName> | undefined>>)[event.name];
  return post?.(event as never, openedOf(event)).flatMap(({ lines }) => lines) ?? [];
}

/** What of an event is sealed: the services in memory have no keys. */
function openedOf({ data }: IntegrationEvent): unknown {
  if (!('sealed' in data)) return undefined;
  return JSON.parse(Buffer.from(String(data.sealed).split('.').at(-1) ?? '', 'base64url').toString());
}
