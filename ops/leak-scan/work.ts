import { randomUUID } from 'node:crypto';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { InvoiceClient } from '../../client/invoice-client.ts';
import { RefundClient } from '../../client/refund-client.ts';
import { createServiceClients } from '../../client/services.ts';
import { cart, openShop } from '../../demo/shop.ts';
import { close } from '../../messaging/amqp/close.ts';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { waitUntil } from '../../parts/wait.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';

type Addresses = Readonly<Record<string, string>>;

/** A person whose name and address no other has. */
export interface MarkedPerson {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
}

const mark = () => randomUUID().slice(0, 8);

/** @param name a first name, so that people can read what was found */
export function markedPerson(name: string): MarkedPerson {
  const own = mark();
  return {
    customerId: `leak-${mark()}`,
    name: `${name} Zq${own}`,
    email: `${name.toLowerCase()}.zq${own}@example.org`,
  };
}

/** Leaves traces of people wherever the system leaves any: orders, refusals, a refund, an invoice, a dead letter. */
export async function leaveTraces(addresses: Addresses, people: readonly MarkedPerson[]): Promise<void> {
  const services = createServiceClients(addresses);
  const { client, connection } = await connectTemporalClient(addresses);
  const checkouts = new CheckoutClient(client, services.orders);
  const refunds = new RefundClient(client, services.orders);
  const invoices = new InvoiceClient(client, services.billing);
  await openShop(services);
  await services.customers.importCustomers({ customers: people.map((person) => ({ ...person, country: 'US' })) });
  for (const { customerId, name, email } of people) {
    const order = cart(`${customerId}-completed`, { customerId });
    await checkouts.startCheckout(order);
    await checkouts.waitForResult(order.checkoutId);
    const declined = cart(`${customerId}-declined`, { customerId, paymentMethod: 'pm_card_visa_chargeDeclined' });
    await checkouts.startCheckout(declined);
    await refunds.startRefund({ refundId: `${customerId}-refund`, orderId: order.checkoutId, reason: 'does not fit' });
    await refunds.waitForResult(`${customerId}-refund`);
    await invoices.issue({
      ...{ invoiceId: `${customerId}-invoice`, customerId, currency: 'USD' },
      lines: [{ description: 'Desk', quantity: 1, unitPrice: 10_000, taxRate: 1_900 }],
    } as never);
    // Refused, with a message that says what is wrong with it.
    const wrong = { customerId: `${customerId}-wrong`, name, email: `${email} ${name}`, country: 'US' };
    await services.customers.importCustomers({ customers: [wrong] }).catch(() => undefined);
    await sendUnreadable(addresses['AMQP_URL'] ?? '', { customerId, customer: { name, email } });
    const isArchived = async () =>
      (await services.deadLetters.listDeadLetters({ subject: customerId } as never)).deadLetters.length > 0;
    await waitUntil(isArchived, { within: 20_000, every: 100 });
  }
  await connection.close();
}

/** An event that lacks most of what it needs: the ledger parks it. */
async function sendUnreadable(
  url: string,
  data: { readonly customerId: string; readonly customer: object },
): Promise<void> {
  const type = 'checkout.payment.processed.v1';
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'urn:durable-checkout:checkout',
    type,
    subject: data.customerId,
    data,
  };
  await sendToLedger(url, event.id, JSON.stringify(event));
}

/** A message that the ledger has to make sense of. */
export async function sendToLedger(url: string, messageId: string, body: string): Promise<void> {
  const model = await dialBroker({ url, name: 'leak-scan' });
  try {
    const channel = await model.createConfirmChannel();
    channel.sendToQueue('ledger.events.v1', Buffer.from(body), { persistent: true, messageId });
    await channel.waitForConfirms();
  } finally {
    await close(model);
  }
}
