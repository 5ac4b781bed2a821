import { sql, type Transaction } from 'kysely';
import type { Bill } from './bill-shapes.ts';
import type { Order } from './order-shapes.ts';

/** What every event of an order or a bill says, and where it stands among the others. */
interface Envelope {
  readonly origin: string;
  readonly sequence: number;
  readonly subject: string;
  readonly time: string;
  readonly correlationId: string;
  readonly causationId: string;
}

type About = Pick<Order, 'poId' | 'number' | 'version' | 'vendorId' | 'vendorName' | 'currency' | 'total'>;

/** An event of an order: its place among them is taken in this transaction, in the order in which it happened. */
export async function envelopeOf(transaction: Transaction<unknown>, { poId }: Order): Promise<Envelope> {
  const { rows } = await sql<{ sequence: number }>`
    update orders set events = events + 1 where po_id = ${poId} returning events as sequence
  `.execute(transaction);
  return envelope(`purchase-order/${poId}`, poId, rows[0]?.sequence ?? 1);
}

/** The same of a bill. */
export async function billEnvelopeOf(transaction: Transaction<unknown>, { billId }: Bill): Promise<Envelope> {
  const { rows } = await sql<{ sequence: number }>`
    update bills set events = events + 1 where bill_id = ${billId} returning events as sequence
  `.execute(transaction);
  return envelope(`bill/${billId}`, billId, rows[0]?.sequence ?? 1);
}

const envelope = (origin: string, subject: string, sequence: number): Envelope => ({
  ...{ origin, sequence, subject, time: new Date().toISOString(), correlationId: subject, causationId: origin },
});

/** What every event of an order says of it. */
export const about = ({ poId, number, version, vendorId, vendorName, currency, total }: Order): About => ({
  ...{ poId, number, version, vendorId, vendorName, currency, total },
});

/** What every event of a bill says of it. */
export const aboutBill = ({
  billId,
  number,
  vendorId,
  vendorName,
  poId,
  poNumber,
  amounts,
  dueDate,
  release,
}: Bill) => ({
  ...{ billId, number, vendorId, vendorName, amounts, dueDate, release },
  ...(poId && poNumber && { poId, poNumber }),
});
