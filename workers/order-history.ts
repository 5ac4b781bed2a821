import { orderHistoryConsumer } from '../services/order-history/consumer.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'order_history',
  migrations: new URL('../services/order-history/migrations', import.meta.url),
  open: () => ({ definitions: [orderHistoryConsumer] }),
});
