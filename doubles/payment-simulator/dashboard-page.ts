import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { escapeHtml } from '../../platform/http/html.ts';
import type { PaymentAction } from './dashboard.ts';
import { page } from './page.ts';
import type { DisputeRow, IntentRow } from './store.ts';

/** A payment with its dispute, where it has one. */
export interface DashboardRow {
  readonly intent: IntentRow;
  readonly dispute: DisputeRow | undefined;
  readonly hasOpenReview: boolean;
}

/** The payments, newest first, with what can be done to each. */
export function dashboardPage(rows: readonly DashboardRow[], next: string | undefined): string {
  const body =
    rows.length === 0
      ? '<p>There are no payments yet.</p>'
      : `<table>
<thead><tr><th>payment</th><th>amount</th><th>status</th><th>what you can do</th></tr></thead>
<tbody>
${rows.map(rowOf).join('\n')}
</tbody>
</table>`;
  const more = next
    ? `\n<p><a href="/dashboard?starting_after=${encodeURIComponent(next)}">Older payments</a></p>`
    : '';
  return page(
    'Payments',
    `${body}${more}\n<p class="detail">Amounts in the fields are minor units; empty: all.</p>`,
    '70rem',
  );
}

/** What the page shows for an action that was refused. */
export const dashboardRefusal = (message: string) =>
  page('Not possible', `<p>${escapeHtml(message)}</p>\n<p><a href="/dashboard">Back to the payments</a></p>`);

function rowOf({ intent, dispute, hasOpenReview }: DashboardRow): string {
  const money = (amount: number) => escapeHtml(formatMoney(amount, intent.currency.toUpperCase() as Currency));
  const facts = [
    ...(intent.amountReceived > 0 ? [`captured ${money(intent.amountReceived)}`] : []),
    ...(intent.amountRefunded > 0 ? [`refunded ${money(intent.amountRefunded)}`] : []),
    ...(hasOpenReview ? ['in review'] : []),
    ...(dispute ? [`dispute of ${money(dispute.amount)}: ${escapeHtml(dispute.status)}`] : []),
  ];
  return `<tr>
<td>${escapeHtml(intent.metadata['payment_id'] ?? '')}<br><span class="detail">${escapeHtml(intent.id)}</span></td>
<td>${money(intent.amount)}</td>
<td>${escapeHtml(intent.status)}${facts.map((fact) => `<br>${fact}`).join('')}</td>
<td>${actionsOf({ intent, dispute, hasOpenReview }).join('\n')}</td>
</tr>`;
}

function actionsOf({ intent, dispute, hasOpenReview }: DashboardRow): string[] {
  const form = (action: PaymentAction, label: string, fields = '') =>
    button(`/dashboard/payments/${encodeURIComponent(intent.id)}/${action}`, label, fields);
  const amount = '<input name="amount" inputmode="numeric" placeholder="amount" aria-label="amount">';
  const fee = '<input name="fee" inputmode="numeric" placeholder="fee" aria-label="fee">';
  switch (intent.status) {
    case 'requires_capture':
      return [
        form('capture', 'Capture', amount),
        ...(hasOpenReview ? [form('approve-review', 'Approve the review')] : []),
        form('cancel', 'Cancel'),
        form('expire', 'Expire the authorization'),
      ];
    case 'succeeded': {
      const isOpen = dispute?.status === 'needs_response';
      return [
        ...(intent.amountRefunded < intent.amountReceived && !isOpen && dispute?.status !== 'lost'
          ? [form('refund', 'Refund', amount)]
          : []),
        ...(dispute ? [] : [form('dispute', 'Open a dispute', `${amount}${fee}`)]),
        ...(isOpen ? (['win', 'lose'] as const).map((outcome) => decision(dispute, outcome)) : []),
      ];
    }
    case 'processing':
    case 'canceled':
      return [];
    default:
      return [form('cancel', 'Cancel')];
  }
}

const decision = ({ id }: DisputeRow, outcome: 'win' | 'lose') =>
  button(`/dashboard/disputes/${encodeURIComponent(id)}/${outcome}`, outcome === 'win' ? 'Win the dispute' : 'Lose it');

const button = (address: string, label: string, fields = '') =>
  `<form method="post" action="${address}">${fields}<button>${escapeHtml(label)}</button></form>`;
