import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CheckoutClient } from '../../client/checkout-client.ts';
import { complaintOf } from '../../client/command-line/complaint.ts';
import { cart } from '../../demo/shop.ts';
import { openTemporalClient } from '../../platform/temporal-client.ts';
import { type Clients, openClients } from '../clients.ts';
import { payloadsIn, type RawPayload, rawPayloads } from '../raw-payloads.ts';
import { cli } from './command-line-shop.ts';

/** What is written into Temporal is looked at as Temporal keeps it: nothing of a payload can be read there. */

const run = `sealed-${randomUUID().slice(0, 8)}`;
const person = { name: `Zenobia ${run}`, email: `${run}@example.org` };

let clients: Clients;
beforeAll(async () => {
  clients = await openClients();
  const customer = { customerId: run, ...person, country: 'US' };
  await clients.services.customers.importCustomers({ customers: [customer] } as never);
});
afterAll(() => clients?.connection.close());

const cartOf = (id: string, changes: object = {}) => cart(`${run}-${id}`, { customerId: run, ...changes });

const ids = [...['completed', 'declined', 'cancelled'].map((id) => `checkout/${run}-${id}`), `refund/${run}-refund`];

/** What is written by the server or the core of the SDK, and tells of the process and of no person. */
const written = [
  /searchAttributes/i,
  /header\.fields\.[\w-]+$/,
  // The id and the time of a local activity.
  /^markerRecordedEventAttributes\.details\.data/,
];

const readable = (payloads: readonly RawPayload[]) =>
  payloads.filter(({ encoding, place }) => encoding !== 'binary/encrypted' && !written.some((one) => one.test(place)));

async function histories(): Promise<RawPayload[]> {
  const { temporal, connection } = clients;
  const found = ids.map((workflowId) => rawPayloads(connection, temporal.options.namespace, workflowId));
  return (await Promise.all(found)).flat();
}

describe('the histories of a customer', () => {
  beforeAll(async () => {
    const { checkouts, refunds } = clients;
    const completed = cartOf('completed');
    const { orderId } = await checkouts.startCheckout(completed);
    await checkouts.waitForResult(completed.checkoutId);
    await checkouts.startCheckout(cartOf('declined', { paymentMethod: 'pm_card_visa_chargeDeclined' }));
    await checkouts.waitForResult(`${run}-declined`);
    const waiting = cartOf('cancelled', { paymentMethod: 'pm_card_authenticationRequired' });
    await checkouts.startCheckout(waiting);
    expect(await checkouts.status(waiting.checkoutId)).toMatchObject({ waitingFor: { who: 'customer' } });
    await checkouts.cancel(waiting.checkoutId);
    expect(await checkouts.waitForResult(waiting.checkoutId)).toMatchObject({ outcome: 'cancelled' });
    await refunds.startRefund({ refundId: `${run}-refund`, orderId, reason: `as ${person.name} asked` } as never);
    expect(await refunds.waitForResult(`${run}-refund`)).toMatchObject({ outcome: 'completed' });
  }, 60_000);

  test('have no payload that can be read, but what the server and the SDK write of the process', async () => {
    const payloads = await histories();
    expect(payloads.filter(({ encoding }) => encoding === 'binary/encrypted').length).toBeGreaterThan(40);
    expect(readable(payloads)).toEqual([]);
  });

  test('say nothing of a failure, neither its message nor where it came from', async () => {
    const { temporal } = clients;
    const text = JSON.stringify(await temporal.workflow.getHandle(`checkout/${run}-declined`).fetchHistory());
    const messages = [...text.matchAll(/"failure":\{"message":"([^"]*)"/g)].map(([, message]) => message);
    expect(messages.length).toBeGreaterThan(0);
    expect([...new Set(messages)]).toEqual(['Encoded failure']);
    expect(text).not.toContain('services/');
  });

  test('name the customer nowhere, not in headers and search attributes either', async () => {
    const { temporal, connection } = clients;
    const { namespace } = temporal.options;
    const texts = [JSON.stringify(await histories())];
    for (const workflowId of ids) {
      const execution = { namespace, execution: { workflowId } };
      const description = await connection.workflowService.describeWorkflowExecution(execution);
      expect(payloadsIn(description).some(({ place }) => place.includes('memo'))).toBe(true);
      expect(readable(payloadsIn(description))).toEqual([]);
      texts.push(JSON.stringify([payloadsIn(description), description]), workflowId);
    }
    for (const text of texts) {
      expect(text).not.toContain(person.name);
      expect(text).not.toContain(person.email);
    }
  });
});

describe('a program without the key', () => {
  const placed = cartOf('for-a-stranger');
  beforeAll(() => clients.checkouts.startCheckout(placed));

  test('says in one line which key is missing, and changes nothing', async () => {
    const file = path.join(tmpdir(), `${run}.json`);
    writeFileSync(file, JSON.stringify({ current: 'other', keys: { other: Buffer.alloc(32).toString('base64') } }));
    const strange = openTemporalClient({ ...process.env, PAYLOAD_KEYS_FILE: file });
    const asked = new CheckoutClient(strange.client).status(placed.checkoutId);
    expect(await asked.catch(complaintOf)).toMatchObject({
      type: 'Misconfigured',
      message: expect.stringMatching(/ has no key k-[\w-]+, .* put the key back into it/),
    });
    await strange.connection.close();
    // The front door has opened it.
    expect(await cli(['status', placed.checkoutId], '', { PAYLOAD_KEYS_FILE: file })).toMatchObject({ exitCode: 0 });
  });

  test('says so as well where no key ring is named', async () => {
    const { PAYLOAD_KEYS_FILE: _, ...environment } = process.env;
    const plain = openTemporalClient(environment);
    const result = plain.client.workflow.getHandle(`checkout/${placed.checkoutId}`).result();
    await expect(result).rejects.toThrow(/sealed with the key k-.*: set PAYLOAD_KEYS_FILE to the key ring that has it/);
    await plain.connection.close();
  });
});
