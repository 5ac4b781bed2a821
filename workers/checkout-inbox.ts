import { openTemporalClient } from '../platform/temporal-client.ts';
import { checkoutConsumers } from './checkout-messages.ts';
import { runConsumerProcess } from './consumer-process.ts';
import { WorkflowInbox } from './workflow-inbox.ts';

await runConsumerProcess({
  name: 'checkout-inbox',
  schema: 'checkout_inbox',
  migrations: new URL('./migrations', import.meta.url),
  open(logger) {
    const { client, connection } = openTemporalClient();
    return {
      definitions: checkoutConsumers(new WorkflowInbox(client, logger)),
      // What Temporal was told cannot be rolled back; its ids make nothing of a repetition.
      batchSize: 1,
      concurrency: 4,
      close: () => connection.close(),
    };
  },
});
