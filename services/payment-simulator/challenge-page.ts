import { escapeHtml } from '../../platform/http/html.ts';
import type { IntentRow } from './store.ts';

/** The page where the customer confirms a payment to the bank, or does not. */
export function challengePage(intent: IntentRow): string {
  return page(
    'Confirm your payment',
    `<p>Your bank asks whether you want to pay <strong>${escapeHtml(readableAmount(intent))}</strong>.</p>
<p class="detail">${escapeHtml(intent.metadata['payment_id'] ?? intent.id)}</p>
<form method="post">
<button name="outcome" value="complete">Confirm</button>
<button name="outcome" value="fail">Refuse</button>
</form>`,
  );
}

/** What a customer is told who comes to a challenge that is not there. */
export const refusalPage = (message: string) => page('Nothing to confirm', `<p>${escapeHtml(message)}</p>`);

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem } .detail { color: #666; font-size: .9rem }</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
<p class="detail">This is the payment simulator: no bank and no money are involved.</p>
</body>
</html>
`;
}

function readableAmount({ amount, currency }: IntentRow): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
