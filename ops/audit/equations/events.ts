import { type Delivery, deliveries, outboxes } from '../deliveries.ts';
import type { Equation, Equations } from '../equation.ts';
import { none } from './sql.ts';

/** What has come to nothing that is known; published events leave the outbox after a week. */
const lost = (to: keyof typeof deliveries, { from, types }: Delivery): Equation => ({
  sides: none(
    `case when type = 'billing.payment.received.v1' then 'invoice-payment ' when type like 'billing.%' then 'invoice '
       when type like 'payroll.%' then 'payroll ' when type like 'purchasing.bill.%' then 'bill '
       when type like 'purchasing.%' then 'purchase-order ' else 'customer ' end || outbox.subject`,
    `${outboxes[from]} as outbox
     where type in (${types.map((type) => `'${type}'`).join(', ')})
       and not exists (select from ${to}.inbox where consumer = '${to}' and inbox.message_id = outbox.message_id)
       and not exists (
         select from dead_letters.dead_letters where dead_letters.message_id = outbox.message_id and queue = '${to}.events.v1'
       )`,
  ),
  carriers: [to],
  means: `What ${from} has published was handled by ${to}, or is a dead letter of it.`,
  remedy: 'The event is lost: set its `published_at` to null in the outbox, and the relay publishes it again.',
});

/** What must hold of the events between services, and of those that could not be handled. */
export const eventsEquations: Equations = {
  ...Object.fromEntries(
    (Object.keys(deliveries) as (keyof typeof deliveries)[]).flatMap((to) =>
      deliveries[to].map((delivery) => [
        `events: of ${delivery.from} that ${to} has neither handled nor parked = 0`,
        lost(to, delivery),
      ]),
    ),
  ),
  'events: of one invoice that were written twice = 0': {
    sides: none(
      `'invoice ' || subject`,
      `(
        select subject from billing.outbox where type = 'billing.invoice.created.v1' group by 1 having count(*) > 1
      ) as twice`,
    ),
    means: 'That an invoice was issued is said once.',
    remedy: 'The second event has another id, so that nobody drops it: correct its journal by a reversal.',
  },
  'dead letters: in another state than their last action says = 0': {
    sides: none(
      `'dead letter ' || dead_letter_id`,
      `dead_letters.dead_letters where state <> 'parked' and state is distinct from (
        select action from dead_letters.actions
        where actions.dead_letter_id = dead_letters.dead_letter_id order by action_id desc limit 1
      )`,
    ),
    means: 'Who has replayed or discarded a dead letter, and why, is written down.',
    remedy: 'It was changed by no operation: replay it (`dead-letters replay`), the inbox drops what was handled.',
  },
};
