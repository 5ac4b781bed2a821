import { type Command, Option } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { table } from '../../../platform/table.ts';
import type { CheckoutState } from '../../../workflows/checkout/contract.ts';
import type { CheckoutFilter, CheckoutSummary } from '../../checkout-list.ts';
import type { Act } from '../act.ts';
import { oneLine } from '../complaint.ts';
import { describeEscalation, describeWaiting } from '../describe-process.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';

/** A checkout is on its way back for moments only, unless it needs an operator: that is not written down to filter by. */
const states = {
  running: null,
  'needs-action': null,
  'in-review': null,
  'payment-unknown': null,
  completed: null,
  refused: null,
  cancelled: null,
  failed: null,
  terminated: null,
  'timed-out': null,
} satisfies Record<Exclude<CheckoutState, 'compensating'>, null>;

export function addListCommand(program: Command, act: Act): void {
  repeatable(program.command('list'))
    .description('the checkouts, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(Object.keys(states)))
    .option('--needs-operator', 'only those that an operator has to look after')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20)
    .action(
      act(async (session, filter: CheckoutFilter) => {
        const { client } = await session.checkouts();
        const checkouts = await client.list(filter);
        const text = table(
          ['started', 'checkout', 'customer', 'state', 'total', 'waits for'],
          checkouts.map((checkout) => {
            const { startedAt, checkoutId, customerId, state, total, currency } = checkout;
            return [
              startedAt,
              checkoutId,
              customerId ?? '',
              state,
              total !== undefined && currency ? formatMoney(total, currency) : '',
              describeWaits(checkout),
            ];
          }),
        );
        return { document: { checkouts }, text };
      }),
    );
}

/** Whom a checkout waits for and why; that of an operator is known even while no worker tells why. */
function describeWaits({ needsOperator, escalations = [], waitingFor }: CheckoutSummary): string {
  if (escalations.length > 0) return oneLine(`an operator: ${escalations.map(describeEscalation).join('; ')}`);
  if (waitingFor) return oneLine(describeWaiting(waitingFor));
  return needsOperator ? 'an operator' : '';
}
