import { customersConsumer } from '../services/customers/consumer.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'customers',
  migrations: new URL('../services/customers/migrations', import.meta.url),
  open: () => ({ definitions: [customersConsumer] }),
});
