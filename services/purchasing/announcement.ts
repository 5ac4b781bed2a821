import { sql, type Transaction } from 'kysely';
import type { Order } from './order-shapes.ts';

/** What every event of an order says, and where it stands among the others. */
interface OrderEnvelope {
  readonly origin: string;
  readonly sequence: number;
  readonly subject: string;
  readonly time: string;
  readonly correlationId: string;
  readonly causationId: string;
}

type About = Pick<Order, 'poId' | 'number' | 'version' | 'vendorId' | 'vendorName' | 'currency' | 'total'>;

/** An event of an order: its place among them is taken in this transaction, in the order in which it happened. */
export async function envelopeOf(transaction: Transaction<unknown>, { poId }: Order): Promise<OrderEnvelope> {
  const { rows } = await sql<{ sequence: number }>`
    update orders set events = events + 1 where po_id = ${poId} returning events as sequence
  `.execute(transaction);
  const origin = `purchase-order/${poId}`;
  return {
    ...{ origin, sequence: rows[0]?.sequence ?? 1, subject: poId, time: new Date().toISOString() },
    ...{ correlationId: poId, causationId: origin },
  };
}

/** What every event of an order says of it. */
export const about = ({ poId, number, version, vendorId, vendorName, currency, total }: Order): About => ({
  ...{ poId, number, version, vendorId, vendorName, currency, total },
});
