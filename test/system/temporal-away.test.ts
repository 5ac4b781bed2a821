import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { ServiceClients } from '../../client/services.ts';
import { decodeEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { checkoutConsumers } from '../../workers/checkout-messages.ts';
import { WorkflowInbox } from '../../workers/workflow-inbox.ts';
import { checkoutWorkflowId } from '../../workflows/checkout/messages.ts';
import { openClients } from '../clients.ts';
import { eventually, openTestBroker, openTestSchema, placeOrder, quiet } from '../messaging/environment.ts';
import { openGate } from '../messaging/gate.ts';

/** What goes through it does not come back before the test is over. */
const retryTiers = [{ label: '1h', milliseconds: 3_600_000 }];

let temporal: Client;
let services: ServiceClients;
let connection: Connection;

beforeAll(async () => {
  const clients = await openClients();
  ({ temporal, connection } = clients);
  ({ services } = clients);
});

afterAll(() => connection?.close());

test('while Temporal is away a command is held, and starts its checkout when Temporal is back', async () => {
  const broker = await openTestBroker({ subscriptions: [subscriptions.checkoutCommands], retryTiers });
  const schema = await openTestSchema('ledger');
  const gate = await openGate(`http://${process.env['TEMPORAL_ADDRESS']}`);
  gate.shut();
  // The SDK's own repetitions would only make each try longer.
  const away = Connection.lazy({ address: new URL(gate.url).host, interceptors: [] });
  const [, placing] = checkoutConsumers(
    new WorkflowInbox(new Client({ connection: away }), quiet),
    services.orders,
    services.customers,
  );
  let tries = 0;
  const { connection: amqp, publisher } = await broker.connectWithPublisher();
  const consumer = new Consumer({
    connection: amqp,
    publisher,
    database: schema.database,
    logger: quiet,
    batchSize: 1,
    definition: {
      ...subscriptions.checkoutCommands,
      decode: decodeEvent,
      async handle(event, transaction) {
        tries += 1;
        await placing?.handle(event, transaction);
      },
    },
  });
  await consumer.ready;
  const command = placeOrder();

  await publisher.publish([command]);
  await eventually(async () => tries > 2);
  gate.open();

  const checkout = temporal.workflow.getHandle(checkoutWorkflowId(command.subject));
  await eventually(() =>
    checkout.describe().then(
      () => true,
      () => false,
    ),
  );
  await consumer.stop();
  const { work, dead } = queueOf(broker.topology, subscriptions.checkoutCommands);
  for (const queue of [work, dead]) expect(await broker.channel.checkQueue(queue)).toMatchObject({ messageCount: 0 });
  await away.close();
  await gate.close();
  await broker.close();
  await schema.close();
});
