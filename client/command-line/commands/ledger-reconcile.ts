import type { Command } from 'commander';
import { formatMoney } from '../../../contracts/currency.ts';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';
import { complain } from '../complaint.ts';
import { details } from '../details.ts';

export function addReconcileCommand(ledger: Command, act: Act): void {
  ledger
    .command('reconcile')
    .description(
      "compare the books with the payment provider's own record: journals that are forged, missing or changed",
    )
    .action(
      act(async (session) => {
        const { reconcileLedger } = await import('../../ledger-reconciliation.ts');
        const document = await reconcileLedger(session.services());
        const { reconciled, movements, subjects, differences } = document;
        const facts = details([
          ['Reconciled', reconciled ? 'yes' : 'no'],
          ['Movements at the provider', movements],
          ['Payments in the books', subjects],
        ]);
        const rows = differences.map(({ what, paymentId, subject, currency, inBooks, atProvider }) => [
          ...[what, paymentId ?? '', subject ?? ''],
          ...[inBooks, atProvider].map((amount) => formatMoney(amount, currency)),
        ]);
        const unfit = table(['journal', 'payment', 'subject', 'in the books', 'at the provider'], rows);
        const message = `${differences.length} payments are not in the books as the payment provider has them; the answer names them`;
        return {
          document,
          text: reconciled ? facts : `${facts}\n\n${unfit}`,
          ...(!reconciled && { complaint: complain({ type: 'Unreconciled', message }) }),
        };
      }),
    );
}
