import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Customer, Purchase } from './contract.ts';

type Database = Kysely<unknown>;

/** @throws {ServiceFailure} `CustomerNotFound` */
export async function findCustomer(database: Database, customerId: CustomerId): Promise<Customer> {
  const { rows } = await sql<Customer>`
    select customer_id as "customerId", name, email, country, status from customers where customer_id = ${customerId}
  `.execute(database);
  if (!rows[0]) throw customerNotFound(customerId);
  return rows[0];
}

/** Adds customers or brings them up to date; of two with the same id the last one counts. Returns how many there are. */
export async function importCustomers(database: Database, customers: readonly Customer[]): Promise<number> {
  const distinct = [...new Map(customers.map((customer) => [customer.customerId, customer])).values()];
  const { numAffectedRows } = await sql`
    insert into customers (customer_id, name, email, country, status)
    select * from unnest(
      ${distinct.map(({ customerId }) => customerId)}::text[],
      ${distinct.map(({ name }) => name)}::text[],
      ${distinct.map(({ email }) => email)}::text[],
      ${distinct.map(({ country }) => country)}::text[],
      ${distinct.map(({ status }) => status)}::text[]
    ) as customer (customer_id)
    -- Rows that are locked in the order of their ids cannot deadlock with another import.
    order by customer_id
    on conflict (customer_id) do update set
      name = excluded.name, email = excluded.email, country = excluded.country, status = excluded.status,
      updated_at = now()
  `.execute(database);
  return Number(numAffectedRows);
}

interface PurchaseRow extends Purchase {
  readonly customerId: CustomerId;
}

const purchaseColumns = sql.raw(`
  customer_id as "customerId", order_id as "orderId", json_build_object('amount', amount, 'currency', currency) as total,
  item_count as "itemCount", completed_at as "completedAt"
`);

/**
 * Adds an order to the purchase history, once.
 *
 * @throws {ServiceFailure} `CustomerNotFound`; `IdempotencyConflict` when the order is there with other content
 */
export async function addPurchase(database: Database, given: PurchaseRow): Promise<Purchase> {
  const purchase = { ...given, completedAt: new Date(given.completedAt).toISOString() };
  const { customerId, orderId, total, itemCount, completedAt } = purchase;
  const inserted = await sql<PurchaseRow>`
    insert into purchases (order_id, customer_id, amount, currency, item_count, completed_at)
    select ${orderId}, customer_id, ${total.amount}, ${total.currency}, ${itemCount}, ${completedAt}
    from customers where customer_id = ${customerId}
    on conflict do nothing
    returning ${purchaseColumns}
  `.execute(database);
  const row = inserted.rows[0] ?? (await findPurchase(database, purchase));
  if (!row) throw customerNotFound(customerId);
  // The time of the first call stays: the same completion told again, after a crash, may carry a later one.
  if (contentHash(row) !== contentHash({ ...purchase, completedAt: row.completedAt })) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the order ${orderId} is in a purchase history with other content; an order is added once, as it was completed`,
      { field: 'orderId' },
    );
  }
  return toPurchase(row);
}

/** @throws {ServiceFailure} `CustomerNotFound` */
export async function listPurchases(database: Database, customerId: CustomerId): Promise<Purchase[]> {
  const { rows } = await sql<PurchaseRow>`
    select ${purchaseColumns} from purchases where customer_id = ${customerId} order by completed_at desc, order_id
  `.execute(database);
  if (rows.length === 0) await findCustomer(database, customerId);
  return rows.map(toPurchase);
}

async function findPurchase(database: Database, { orderId }: PurchaseRow): Promise<PurchaseRow | undefined> {
  const { rows } = await sql<PurchaseRow>`
    select ${purchaseColumns} from purchases where order_id = ${orderId}
  `.execute(database);
  return rows[0];
}

const toPurchase = ({ customerId: _, ...purchase }: PurchaseRow): Purchase => purchase;

const customerNotFound = (customerId: CustomerId) =>
  new ServiceFailure('CustomerNotFound', `there is no customer ${customerId}`, { facts: { customerId } });
