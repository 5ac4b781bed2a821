import { type Kysely, sql } from 'kysely';
import type { OrderId, PaymentId, RefundId, ReservationId, RestockId, Sku } from '../../contracts/identifiers.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { claimEvents } from '../../messaging/consuming/inbox.ts';
import { type AuditedEquation, auditBooks } from '../../ops/audit/books.ts';
import { openDatabase } from '../../platform/database.ts';
import { restock } from '../../services/inventory/restocking.ts';
import * as inventory from '../../services/inventory/store.ts';
import { journalsOf, type NewJournal } from '../../services/ledger/journal.ts';
import { postJournals } from '../../services/ledger/store.ts';
import * as refunds from '../../services/orders/refund-store.ts';
import * as orders from '../../services/orders/store.ts';

export const amounts = { currency: 'USD', goods: 5_000, discount: 100, shipping: 500, tax: 432, total: 5_832 } as const;
const lines = [{ sku: 'LAMP' as Sku, quantity: 2, unitPrice: 2_500 }];
export const part = [{ sku: 'LAMP' as Sku, quantity: 1 }];
const shopper = { name: 'Ada', email: 'ada@example.com' };

/** The tables of a whole system, in a database of its own. */
export class Shop {
  readonly #url: string;
  readonly #opened = new Map<string, Kysely<unknown>>();

  constructor(name: string) {
    this.#url = Object.assign(new URL(process.env['DATABASE_URL'] as string), { pathname: name }).href;
  }

  of<Tables = unknown>(schema: string): Kysely<Tables> {
    const opened = this.#opened.get(schema) ?? openDatabase({ url: this.#url, schema, connections: 2 });
    this.#opened.set(schema, opened);
    return opened as Kysely<Tables>;
  }

  async close(): Promise<void> {
    for (const database of this.#opened.values()) await database.destroy();
  }

  async run(statement: string): Promise<void> {
    await sql.raw(statement).execute(this.of('public'));
  }

  audit(): Promise<AuditedEquation[]> {
    return auditBooks(this.#url);
  }

  /** The equations that do not hold. */
  async broken(): Promise<string[]> {
    const equations = await this.audit();
    return equations.filter(({ holds }) => !holds).map(({ name }) => name);
  }

  async place(id: string): Promise<void> {
    const orderId = id as OrderId;
    await orders.placeOrder(this.of('orders'), { orderId, checkoutId: id, customerId: 'c-1', lines, amounts } as never);
    await inventory.reserve(this.of('inventory'), id as ReservationId, lines, 60);
    await this.run(`insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
      values ('pi_${id}', 'requires_capture', ${amounts.total}, 'usd', '{"checkout_id": "${id}"}')`);
    await this.move('authorized', id);
  }

  async move(kind: string, id: string, amount: number = amounts.total): Promise<void> {
    await this.run(`insert into payment_simulator.movements (kind, intent_id, amount, currency)
      values ('${kind}', 'pi_${id}', ${amount}, 'usd')`);
  }

  async mail(about: string, template: string, checkoutId = about): Promise<void> {
    await this.run(`insert into mail_sink.mails (message_id, template, checkout_id, sender, recipients, subject, text_body, raw)
      values ('<${about}>', '${template}', '${checkoutId}', 's', '{r}', '', '', '')`);
  }

  /** That those who listen to an order, or a refund, were told of it. */
  async publish(table: 'orders' | 'refunds', id: string): Promise<void> {
    await this.run(`update orders.${table} set published_at = now() where ${table.slice(0, -1)}_id = '${id}'`);
  }

  /** What a customer has bought. */
  async purchase(id: string): Promise<void> {
    await this.run(`insert into customers.purchases (order_id, customer_id, amount, currency, item_count, completed_at)
      values ('${id}', 'ada', ${amounts.total}, 'USD', 2, now())`);
  }

  async complete(id: string): Promise<void> {
    await this.move('captured', id);
    await inventory.commit(this.of('inventory'), id as ReservationId);
    await orders.completeOrder(this.of('orders'), id as OrderId, `${id}-1` as PaymentId);
    await this.purchase(id);
    await this.postPayment(id, 1);
    await this.publish('orders', id);
    await this.mail(id, 'order-confirmation');
  }

  /** An order that costs nothing: it has no payment. */
  async completeForNothing(id: string): Promise<void> {
    const nothing = { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 };
    const free = lines.map((line) => ({ ...line, unitPrice: 0 }));
    const order = { orderId: id, checkoutId: id, customerId: 'c-1', lines: free, amounts: nothing };
    await orders.placeOrder(this.of('orders'), order as never);
    await inventory.reserve(this.of('inventory'), id as ReservationId, lines, 60);
    await inventory.commit(this.of('inventory'), id as ReservationId);
    await orders.completeOrder(this.of('orders'), id as OrderId, undefined);
    await this.purchase(id);
    await this.publish('orders', id);
    await this.mail(id, 'order-confirmation');
  }

  async cancel(id: string): Promise<void> {
    await this.move('voided', id);
    await inventory.release(this.of('inventory'), id as ReservationId);
    await orders.cancelOrder(this.of('orders'), id as OrderId, 'CancelledByCustomer');
    await this.publish('orders', id);
    await this.mail(id, 'order-cancelled');
  }

  /** All of a refund but its journal. */
  async refund(id: string, refundId: string) {
    const ids = [id as OrderId, refundId as RefundId] as const;
    const request = { orderId: ids[0], refundId: ids[1], lines: part, reason: 'broken' };
    const claimed = await refunds.requestRefund(this.of('orders'), request);
    await this.move('refunded', id, claimed.amounts.total);
    await restock(this.of('inventory'), refundId as RestockId, part);
    await refunds.completeRefund(this.of('orders'), ...ids);
    await this.publish('refunds', refundId);
    await this.mail(refundId, 'order-refunded', id);
    return claimed;
  }

  async postPayment(id: string, sequence: number): Promise<void> {
    const data = { ...about(id), paymentId: `${id}-1`, amounts };
    await this.post(createEvent({ ...envelope(id), name: 'PaymentProcessed', sequence, data }));
  }

  async postRefund({ orderId: id, refundId, paymentId, amounts }: Awaited<ReturnType<Shop['refund']>>): Promise<void> {
    const data = { ...about(id), customer: shopper, refundId, paymentId, amounts, itemCount: 1, reason: 'broken' };
    await this.post(createEvent({ ...envelope(id), name: 'OrderRefunded', origin: refundId, sequence: 1, data }));
  }

  /** The bodies of what a service has written for others. */
  async outboxOf(schema: string): Promise<string[]> {
    const { rows } = await sql<{ body: string }>`select body from outbox order by position`.execute(this.of(schema));
    return rows.map(({ body }) => body);
  }

  /** The events that have journals. */
  readonly postings: Readonly<Record<string, unknown>> = journalsOf;

  /** As the ledger's consumer does it. */
  async post(event: IntegrationEvent, opened?: unknown): Promise<void> {
    const journals = journalsOf[event.name as keyof typeof journalsOf] as (
      of: IntegrationEvent,
      opened?: unknown,
    ) => readonly NewJournal[];
    await this.of<Record<never, never>>('ledger')
      .transaction()
      .execute(async (transaction) => {
        await claimEvents(transaction, 'ledger', [event]);
        await postJournals(transaction, journals(event, opened));
      });
  }
}

const about = (id: string) => ({ checkoutId: id, orderId: id, customerId: 'c-1' });

const envelope = (id: string) => ({
  origin: `checkout/${id}`,
  subject: id,
  correlationId: id,
  causationId: `checkout/${id}`,
  time: '2026-01-31T12:00:00.000Z',
});
