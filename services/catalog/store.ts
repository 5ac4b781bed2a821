import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Sku } from '../../contracts/identifiers.ts';
import type { ExistingProducts, Product } from './contract.ts';

type Database = Kysely<unknown>;

interface ProductRow extends Omit<Product, 'quantityDiscount'> {
  readonly minimumQuantity: number | null;
  readonly basisPoints: number | null;
}

/** The products of these SKUs that the catalog has. */
export async function findProducts(database: Database, skus: readonly Sku[]): Promise<Map<Sku, Product>> {
  const { rows } = await sql<ProductRow>`
    select sku, name, description, prices, minimum_quantity as "minimumQuantity", discount_basis_points as "basisPoints"
    from products where sku = any(${skus})
  `.execute(database);
  return new Map(rows.map((row) => [row.sku, toProduct(row)]));
}

function toProduct({ minimumQuantity, basisPoints, ...product }: ProductRow): Product {
  if (minimumQuantity === null || basisPoints === null) return product;
  return { ...product, quantityDiscount: { minimumQuantity, basisPoints } };
}

/** What becomes of a product that is there; what was sent without a description or a discount does not know of one. */
const onConflict: Readonly<Record<ExistingProducts, RawBuilder<unknown>>> = {
  update: sql`do update set
      name = excluded.name, description = coalesce(nullif(excluded.description, ''), products.description),
      prices = products.prices || excluded.prices,
      minimum_quantity = coalesce(excluded.minimum_quantity, products.minimum_quantity),
      discount_basis_points = coalesce(excluded.discount_basis_points, products.discount_basis_points),
      updated_at = now()`,
  replace: sql`do update set
      name = excluded.name, description = excluded.description, prices = excluded.prices,
      minimum_quantity = excluded.minimum_quantity, discount_basis_points = excluded.discount_basis_points,
      updated_at = now()`,
  keep: sql`do update set prices = excluded.prices || products.prices, updated_at = now()
      where excluded.prices || products.prices <> products.prices`,
};

/** Adds products or updates them; of two with the same SKU the last one counts. Returns how many it added or updated. */
export async function importProducts(
  database: Database,
  products: readonly Product[],
  existing: ExistingProducts = 'update',
): Promise<number> {
  const distinct = [...new Map(products.map((product) => [product.sku, product])).values()];
  const { numAffectedRows } = await sql`
    insert into products (sku, name, description, prices, minimum_quantity, discount_basis_points)
    select * from unnest(
      ${distinct.map(({ sku }) => sku)}::text[],
      ${distinct.map(({ name }) => name)}::text[],
      ${distinct.map(({ description }) => description)}::text[],
      ${distinct.map(({ prices }) => JSON.stringify(prices))}::jsonb[],
      ${distinct.map(({ quantityDiscount }) => quantityDiscount?.minimumQuantity)}::integer[],
      ${distinct.map(({ quantityDiscount }) => quantityDiscount?.basisPoints)}::integer[]
    ) as product (sku)
    -- Rows that are locked in the order of their SKUs cannot deadlock with another import.
    order by sku
    on conflict (sku) ${onConflict[existing]}
  `.execute(database);
  return Number(numAffectedRows);
}
