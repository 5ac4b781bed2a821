import { type Kysely, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { requireApproved } from './ending.ts';
import type { Order, ReceiptDraft } from './order-shapes.ts';
import { findOrder, lockOrder } from './order-store.ts';

/**
 * Records what has come of an approved order, once for each receipt.
 *
 * @throws {ServiceFailure} `NotFound` for the order or one of its lines; `OrderNotApproved`; `ReceiptTooLarge` when it is more than
 * was ordered; `IdempotencyConflict`
 */
export function receive(database: Kysely<unknown>, receipt: ReceiptDraft, by: string): Promise<Order> {
  const { receiptId, poId, lines } = receipt;
  const hash = contentHash({ poId, lines });
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    const { rows } = await sql<{ hash: string }>`
      select content_hash as hash from receipts where receipt_id = ${receiptId}
    `.execute(transaction);
    if (rows[0]?.hash === hash) return order;
    if (rows[0]) throw otherReceipt(receiptId);
    requireApproved(order);
    const inserted = await sql`
      insert into receipts (receipt_id, po_id, content_hash, lines, received_by)
      values (${receiptId}, ${poId}, ${hash}, ${JSON.stringify(lines)}::jsonb, ${by})
      on conflict do nothing returning 1
    `.execute(transaction);
    if (inserted.rows.length === 0) throw otherReceipt(receiptId);
    for (const [index, line] of lines.entries()) await receiveLine(transaction, order, line, `lines.${index}`);
    return findOrder(transaction, poId);
  });
}

async function receiveLine(
  transaction: Transaction<unknown>,
  { poId, number, version, lines }: Order,
  { line, quantity }: ReceiptDraft['lines'][number],
  field: string,
): Promise<void> {
  const ordered = lines.find((one) => one.line === line);
  if (!ordered) {
    throw new ServiceFailure('NotFound', `the order ${number} has no line ${line}`, { field: `${field}.line` });
  }
  const { rows } = await sql`
    update order_lines set received = received + ${quantity}
    where po_id = ${poId} and version = ${version} and line = ${line} and received + ${quantity} <= quantity returning 1
  `.execute(transaction);
  if (rows.length > 0) return;
  const { received } = ordered;
  throw new ServiceFailure(
    purchaseRefusals.ReceiptTooLarge,
    `line ${line} of the order ${number} is of ${ordered.quantity}, of which ${received} have come: ${quantity} more are too many`,
    { field: `${field}.quantity`, facts: { line, ordered: ordered.quantity, received, quantity } },
  );
}

const otherReceipt = (receiptId: string) =>
  new ServiceFailure('IdempotencyConflict', `the receipt ${receiptId} was recorded before with other content`, {
    field: 'receiptId',
  });
