import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { billingContract } from './contract.ts';
import { creditNoteNumber } from './credit-notes.ts';
import { invoiceNumber } from './store.ts';

type Statement = (typeof billingContract.operations)['statement'];

interface Row {
  readonly at: string;
  readonly kind: 'invoice' | 'payment' | 'credit-note' | 'reversal' | 'reinstatement';
  readonly id: string;
  readonly number: number | null;
  readonly amount: number;
}

/**
 * What a customer was asked for and has paid in one currency. A credit that was used is none of its lines: it was paid, or
 * credited, before.
 */
export async function statement(
  database: Kysely<unknown>,
  { customerId, currency }: z.output<Statement['input']>,
): Promise<z.input<Statement['output']>> {
  const { rows } = await sql<Row>`
    select issued_at as at, 'invoice' as kind, invoice_id as id, number, total as amount
    from invoices where customer_id = ${customerId} and currency = ${currency}
    union all
    select ended_at, 'payment', payment_id, null, -amount
    from payments where customer_id = ${customerId} and currency = ${currency} and state = 'applied'
    union all
    select credit_notes.issued_at, 'credit-note', credit_note_id, credit_notes.number, -credit_notes.total
    from credit_notes join invoices using (invoice_id) where customer_id = ${customerId} and currency = ${currency}
    union all
    select reversed_at, 'reversal', reversal_id, null, amount
    from payment_reversals join invoices using (invoice_id) where customer_id = ${customerId} and currency = ${currency}
    union all
    select reinstated_at, 'reinstatement', reversal_id, null, -amount
    from payment_reversals join invoices using (invoice_id)
    where customer_id = ${customerId} and currency = ${currency} and reinstated_at is not null
    order by at, kind, id
  `.execute(database);
  const totals = await sql<{ open: number; credit: number }>`
    select
      (select coalesce(sum(total - allocated - credit_applied - credited), 0)::bigint
        from invoices where customer_id = ${customerId} and currency = ${currency}) as open,
      (select coalesce(sum(amount), 0)::bigint
        from credit_entries where customer_id = ${customerId} and currency = ${currency}) as credit
  `.execute(database);
  const { open = 0, credit = 0 } = totals.rows[0] ?? {};
  let balance = 0;
  const lines = rows.map(({ number, ...row }) => {
    balance += row.amount;
    const numbered = row.kind === 'credit-note' ? creditNoteNumber : invoiceNumber;
    return { ...row, ...(number !== null && { number: numbered(number) }), balance };
  });
  return { lines, balance, open, credit };
}
