import { escapeHtml } from '../../platform/http/html.ts';
import { page, readableAmount } from './page.ts';
import type { IntentRow } from './store.ts';

/** The page where the customer confirms a payment to the bank, or does not. */
export function challengePage(intent: IntentRow): string {
  return page(
    'Confirm your payment',
    `<p>Your bank asks whether you want to pay <strong>${escapeHtml(readableAmount(intent.amount, intent.currency))}</strong>.</p>
<p class="detail">${escapeHtml(intent.metadata['payment_id'] ?? intent.id)}</p>
<form method="post">
<button name="outcome" value="complete">Confirm</button>
<button name="outcome" value="fail">Refuse</button>
</form>`,
  );
}

/** What a customer is told who comes to a challenge that is not there. */
export const refusalPage = (message: string) => page('Nothing to confirm', `<p>${escapeHtml(message)}</p>`);
