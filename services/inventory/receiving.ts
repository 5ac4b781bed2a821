import { type Kysely, sql, type Transaction } from 'kysely';
import { sumBySku } from '../../contracts/cart-lines.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { StockReceipt } from './contract.ts';
import { conflict, type InventoryTables, stockRows } from './store.ts';

/**
 * Takes in a delivery or a part of one, once.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the receipt or the part was taken in before with other lines
 */
export async function receiveStock(
  database: Kysely<InventoryTables>,
  { receiptId, lines, part }: StockReceipt,
): Promise<void> {
  const summed = sumBySku(lines);
  const hash = contentHash(summed);
  await database.transaction().execute(async (transaction) => {
    const isNew = part
      ? await keepReceipt(transaction, receiptId, `${part.of}:${part.contentHash}`).then(() =>
          keepPart(transaction, receiptId, part.number, hash),
        )
      : await keepReceipt(transaction, receiptId, hash);
    if (!isNew) return;
    await sql`
      insert into stock (sku, received, on_hand)
      select sku, quantity, quantity from ${stockRows(summed)} order by sku
      on conflict (sku) do update
      set received = stock.received + excluded.received, on_hand = stock.on_hand + excluded.on_hand
    `.execute(transaction);
  });
}

type Inventory = Transaction<InventoryTables>;

/** Whether the receipt is new. */
async function keepReceipt(transaction: Inventory, receiptId: string, hash: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into receipts (receipt_id, content_hash) values (${receiptId}, ${hash}) on conflict do nothing
  `.execute(transaction);
  if (numAffectedRows) return true;
  const { rows } = await sql<{ hash: string }>`
    select content_hash as hash from receipts where receipt_id = ${receiptId}
  `.execute(transaction);
  if (rows[0]?.hash !== hash) throw conflict('receiptId', receiptId);
  return false;
}

/** Whether the part is new. */
async function keepPart(transaction: Inventory, receiptId: string, number: number, hash: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into receipt_parts (receipt_id, number, content_hash) values (${receiptId}, ${number}, ${hash})
    on conflict do nothing
  `.execute(transaction);
  if (numAffectedRows) return true;
  const { rows } = await sql<{ hash: string }>`
    select content_hash as hash from receipt_parts where receipt_id = ${receiptId} and number = ${number}
  `.execute(transaction);
  if (rows[0]?.hash !== hash) throw conflict('receiptId', receiptId);
  return false;
}
