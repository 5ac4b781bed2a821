import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { accountColumns, userEvent } from './account-events.ts';
import type { Account, Customer, ImportedCustomer, Purchase } from './contract.ts';

type Database = Kysely<unknown>;

/** @throws {ServiceFailure} `CustomerNotFound` */
export async function findCustomer(database: Database, customerId: CustomerId): Promise<Customer> {
  const { rows } = await sql<Customer>`
    select customer_id as "customerId", name, email, country, status from customers where customer_id = ${customerId}
  `.execute(database);
  if (!rows[0]) throw customerNotFound(customerId);
  return rows[0];
}

/**
 * Adds customers or updates them; of two with the same id the last one counts. A ban stays: an import seldom knows of it.
 * What is new or was changed is published; what stays as it was keeps its version, and nothing is told of it.
 *
 * @param existing `keep` leaves those that are there as they are
 */
export function importCustomers(
  database: Database,
  customers: readonly ImportedCustomer[],
  existing: 'update' | 'keep' = 'update',
): Promise<{ imported: number; stillBanned: CustomerId[]; stillErased?: CustomerId[] }> {
  const distinct = new Map(customers.map((customer) => [customer.customerId, customer]));
  const values = [...distinct.values()];
  const update = sql`do update set
      name = excluded.name, email = excluded.email, country = excluded.country, status = ${importedStatus},
      version = customers.version + 1, updated_at = now()
    where customers.status <> 'erased' and (customers.name, customers.email, customers.country, customers.status)
      is distinct from (excluded.name, excluded.email, excluded.country, ${importedStatus})`;
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<Account>`
      insert into customers (customer_id, name, email, country, status)
      select * from unnest(
        ${values.map(({ customerId }) => customerId)}::text[],
        ${values.map(({ name }) => name)}::text[],
        ${values.map(({ email }) => email)}::text[],
        ${values.map(({ country }) => country)}::text[],
        ${values.map(({ status }) => status ?? 'active')}::text[]
      ) as customer (customer_id)
      -- Rows that are locked in the order of their ids cannot deadlock with another import.
      order by customer_id
      on conflict (customer_id) ${existing === 'keep' ? sql`do nothing` : update}
      returning ${accountColumns}
    `.execute(transaction);
    await appendAllToOutbox(
      transaction,
      rows.map((account) => userEvent(account.version === 1 ? 'UserCreated' : 'UserChanged', account)),
    );
    if (existing === 'keep') return { imported: rows.length, stillBanned: [] };
    const stillErased = await erasedAmong(transaction, values);
    return {
      imported: values.length - stillErased.length,
      stillBanned: await bannedAmong(transaction, values),
      ...(stillErased.length > 0 && { stillErased }),
    };
  });
}

/** No import lifts a ban. */
const importedStatus = sql.raw("case when customers.status = 'banned' then 'banned' else excluded.status end");

/** Those that were sent as active and are banned. */
async function bannedAmong(database: Database, customers: readonly ImportedCustomer[]): Promise<CustomerId[]> {
  const active = customers.filter(({ status }) => status === 'active').map(({ customerId }) => customerId);
  if (active.length === 0) return [];
  const { rows } = await sql<Pick<Customer, 'customerId'>>`
    select customer_id as "customerId" from customers
    where customer_id = any(${active}::text[]) and status = 'banned' order by customer_id
  `.execute(database);
  return rows.map(({ customerId }) => customerId);
}

/** No person is brought back under an id that was erased: whose it was must not be known again. */
async function erasedAmong(database: Database, customers: readonly ImportedCustomer[]): Promise<CustomerId[]> {
  const { rows } = await sql<Pick<Customer, 'customerId'>>`
    select customer_id as "customerId" from customers
    where customer_id = any(${customers.map(({ customerId }) => customerId)}::text[]) and status = 'erased'
    order by customer_id
  `.execute(database);
  return rows.map(({ customerId }) => customerId);
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
  new ServiceFailure(refusals.CustomerNotFound, `there is no customer ${customerId}`, { facts: { customerId } });
