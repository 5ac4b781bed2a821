import { billingConsumer } from '../services/billing/consumer.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'billing',
  migrations: new URL('../services/billing/migrations', import.meta.url),
  open: () => ({ definitions: [billingConsumer] }),
});
