import { type Kysely, sql } from 'kysely';
import { sumBySku } from '../../contracts/cart-lines.ts';
import type { RestockId, Sku } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { StockLines } from './contract.ts';
import { conflict, type InventoryTables, stockRows, unknownProduct } from './store.ts';

/**
 * Puts pieces that came back on the shelf, once for each id; the rows are locked in the order of their SKUs.
 *
 * @throws {ServiceFailure} `UnknownProduct`; `IdempotencyConflict` when the id was used with other lines
 */
export async function restock(
  database: Kysely<InventoryTables>,
  restockId: RestockId,
  lines: StockLines,
): Promise<void> {
  const summed = sumBySku(lines);
  const hash = contentHash(summed);
  await database.transaction().execute(async (transaction) => {
    const { numAffectedRows } = await sql`
      insert into restocks (restock_id, content_hash) values (${restockId}, ${hash}) on conflict do nothing
    `.execute(transaction);
    if (!numAffectedRows) {
      const { rows } = await sql<{ hash: string }>`
        select content_hash as hash from restocks where restock_id = ${restockId}
      `.execute(transaction);
      if (rows[0]?.hash !== hash) throw conflict('restockId', restockId);
      return;
    }
    const { rows } = await sql<{ sku: Sku }>`
      with shelves as (
        select stock.sku, quantity from ${stockRows(summed)} join stock using (sku)
        order by stock.sku for update of stock
      )
      update stock set restocked = stock.restocked + quantity, on_hand = stock.on_hand + quantity
      from shelves where stock.sku = shelves.sku
      returning stock.sku
    `.execute(transaction);
    const known = new Set(rows.map(({ sku }) => sku));
    const unknown = summed.find(({ sku }) => !known.has(sku));
    if (unknown) throw unknownProduct(unknown.sku);
  });
}
