import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { escapeHtml } from '../../platform/http/html.ts';
import { page } from './page.ts';
import type { IntentRow } from './store.ts';

/** The page where the customer confirms a payment to the bank, or does not. */
export function challengePage({
  amount,
  currency,
  metadata,
}: Pick<IntentRow, 'amount' | 'currency' | 'metadata'>): string {
  const order = metadata['checkout_id'];
  return page(
    'Confirm your payment',
    `<p>Your bank asks whether you want to pay <strong>${formatMoney(amount, currency.toUpperCase() as Currency)}</strong>${
      order === undefined ? '' : ` for your order ${escapeHtml(order)}`
    }.</p>
<form method="post">
<button name="outcome" value="complete">Confirm</button>
<button name="outcome" value="fail">Refuse</button>
</form>`,
  );
}

/** Why there is nothing to confirm, by the status of the refusal. */
const refusals: Readonly<Record<number, string>> = {
  400: 'Please go back and press one of the two buttons.',
  404: 'We do not know this payment; please go back to the shop.',
  409: 'This payment needs no confirmation any more; please look in the shop at how your order stands.',
};

/** What a customer reads who comes to a challenge that is not there, or who answers it with neither yes nor no. */
export const refusalPage = (status: number) =>
  page('Nothing to confirm', `<p>${refusals[status] ?? 'Please try again in a few minutes.'}</p>`);
