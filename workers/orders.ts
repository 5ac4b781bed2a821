import { ordersConsumer } from '../services/orders/erasure.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'orders',
  migrations: new URL('../services/orders/migrations', import.meta.url),
  open: () => ({ definitions: [ordersConsumer] }),
});
