import { type Command, Option } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { table } from '../../../platform/table.ts';
import type { CheckoutState } from '../../../workflows/checkout/contract.ts';
import type { Act } from '../act.ts';
import { wholeNumber } from '../option-values.ts';

const states = {
  running: null,
  compensating: null,
  completed: null,
  refused: null,
  cancelled: null,
  failed: null,
} satisfies Record<CheckoutState, null>;

export function addListCommand(program: Command, act: Act): void {
  program
    .command('list')
    .description('the checkouts, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(Object.keys(states)))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), 20)
    .action(
      act(async (session, filter: { readonly state?: CheckoutState; readonly limit: number }) => {
        const { client } = await session.checkouts();
        const checkouts = await client.list(filter);
        const text = table(
          ['started', 'checkout', 'customer', 'state', 'total', ''],
          checkouts.map(({ startedAt, checkoutId, customerId, state, total, currency, needsOperator }) => [
            startedAt,
            checkoutId,
            customerId ?? '',
            state ?? '',
            total !== undefined && currency ? formatMoney(total, currency) : '',
            needsOperator ? 'needs an operator' : '',
          ]),
        );
        return { document: { checkouts }, text };
      }),
    );
}
