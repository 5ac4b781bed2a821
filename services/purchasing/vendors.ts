import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import { purchaseRefusals } from '../../contracts/purchase-refusals.ts';
import type { Vendor } from './order-shapes.ts';

type Database = Kysely<unknown>;

/** Adds vendors or updates them; of two with the same id the last one counts. */
export async function importVendors(database: Database, vendors: readonly Vendor[]): Promise<{ imported: number }> {
  const distinct = [...new Map(vendors.map((vendor) => [vendor.vendorId, vendor])).values()];
  await sql`
    insert into vendors (vendor_id, name, email)
    select "vendorId", name, email
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb) as vendor ("vendorId" text, name text, email text)
    -- Rows that are locked in the order of their ids cannot deadlock with another import.
    order by "vendorId"
    on conflict (vendor_id) do update set name = excluded.name, email = excluded.email, updated_at = now()
  `.execute(database);
  return { imported: distinct.length };
}

type Row = Omit<Vendor, 'email'> & { readonly email: string | null };

/** @throws {ServiceFailure} `VendorUnknown` */
export async function findVendor(database: Database, vendorId: string): Promise<Vendor> {
  const { rows } = await sql<Row>`
    select vendor_id as "vendorId", name, email from vendors where vendor_id = ${vendorId}
  `.execute(database);
  const [row] = rows;
  if (!row) {
    throw new ServiceFailure(purchaseRefusals.VendorUnknown, `there is no vendor ${vendorId}`, { field: 'vendorId' });
  }
  const { email, ...vendor } = row;
  return { ...vendor, ...(email !== null && { email }) };
}
