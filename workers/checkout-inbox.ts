import { z } from 'zod';
import { tokenSource } from '../platform/access/token-source.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { createHttpClient } from '../platform/http/client.ts';
import { openTemporalClient } from '../platform/temporal-client.ts';
import { customersContract } from '../services/customers/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { checkoutConsumers } from './checkout-messages.ts';
import { consumerRole } from './consumer-role.ts';
import { WorkflowInbox } from './workflow-inbox.ts';

const environment = z.object({
  CUSTOMERS_URL: z.url({ protocol: /^https?$/, error: 'use the address of the customers service: http://host:port' }),
  ORDERS_URL: z.url({ protocol: /^https?$/, error: 'use the address of the orders service: http://host:port' }),
});

export const role = consumerRole({
  schema: 'checkout_inbox',
  migrations: new URL('./migrations', import.meta.url),
  open({ logger, ...context }) {
    const { CUSTOMERS_URL, ORDERS_URL } = readConfiguration(environment, context.environment);
    const token = tokenSource(context.environment);
    const customers = createHttpClient(customersContract, { url: CUSTOMERS_URL, token });
    const orders = createHttpClient(ordersContract, { url: ORDERS_URL, token });
    const { client, connection } = openTemporalClient(context.environment);
    return {
      definitions: checkoutConsumers(new WorkflowInbox(client, logger), orders, customers),
      // What Temporal was told cannot be rolled back; its ids make nothing of a repetition.
      batchSize: 1,
      concurrency: 4,
      close: () => connection.close(),
    };
  },
});
