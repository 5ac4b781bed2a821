import { orderHistoryConsumer } from '../services/order-history/consumer.ts';
import { runConsumerProcess } from './consumer-process.ts';

await runConsumerProcess({
  name: 'order-history-consumer',
  schema: 'order_history',
  migrations: new URL('../services/order-history/migrations', import.meta.url),
  open: () => ({ definitions: [orderHistoryConsumer] }),
});
